package dev.penstock.engine.packaging;

/** How the segments of a rendition are encrypted. */
public sealed interface Protection {
  /** Not at all. */
  record None() implements Protection {}

  /** Whole segments, HLS's METHOD=AES-128. DASH has nothing of the kind. */
  record WholeSegments(ContentKey key) implements Protection {}

  /** Samples, by the scheme {@code cbcs} of ISO/IEC 23001-7: HLS's METHOD=SAMPLE-AES, and DASH. */
  record Samples(ContentKey key) implements Protection {}
}
