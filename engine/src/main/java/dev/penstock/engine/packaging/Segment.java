package dev.penstock.engine.packaging;

import java.util.List;

/**
 * One segment of a rendition. Times are on the presentation time line, in ticks of the rendition's
 * timescale.
 *
 * @param start earliest presentation time
 * @param duration to the start of the next one, or the end
 * @param span styp, and one moof and mdat or more
 * @param keyFrames of video, in their order; empty where they cannot be read on their own
 */
public record Segment(long start, long duration, Span span, List<KeyFrame> keyFrames) {
  public Segment {
    keyFrames = List.copyOf(keyFrames);
  }

  public long end() {
    return start + duration;
  }

  /**
   * A key frame that can be fetched without the rest.
   *
   * @param start presentation time
   * @param span from its {@code moof} to its last byte
   */
  public record KeyFrame(long start, Span span) {}
}
