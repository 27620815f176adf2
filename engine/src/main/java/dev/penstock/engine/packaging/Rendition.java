package dev.penstock.engine.packaging;

import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import java.util.List;
import java.util.Optional;

/**
 * A rendition that has been written: all that manifests say of it.
 *
 * @param codecs RFC 6381 string, from the sample entry's bytes
 * @param timescale ticks a second of its segments' times
 * @param init initialization segment
 * @param index {@code sidx} over all segments, where they are in one file that DASH can read
 */
public record Rendition(
    RenditionSpec spec,
    Media media,
    String codecs,
    int timescale,
    Span init,
    Optional<Span> index,
    List<Segment> segments) {
  public Rendition {
    segments = List.copyOf(segments);
    if (segments.isEmpty()) {
      throw new IllegalArgumentException("no segment");
    }
  }

  /** What it is. */
  public sealed interface Media {}

  /**
   * Pictures.
   *
   * @param coded size of what is coded
   * @param display size with square pixels, upright
   * @param colour what its sample entry says, if anything
   * @param captions whether CEA-608 captions are in them
   */
  public record Video(
      Size coded,
      Size display,
      Rational sampleAspect,
      Rational frameRate,
      Range range,
      Optional<CodePoints> colour,
      boolean captions)
      implements Media {}

  /** Of ITU-T H.273. */
  public record CodePoints(int primaries, int transfer, int matrix) {}

  /** Sound. */
  public record Audio(int sampleRate, int channels) implements Media {}

  /** HLS's VIDEO-RANGE. */
  public enum Range {
    SDR,
    PQ,
    HLG
  }

  public String id() {
    return spec.id();
  }

  boolean hasCaptions() {
    return media instanceof Video video && video.captions();
  }

  /** Seconds; exact where {@code ticks} are few. For comparing and printing, not for adding up. */
  double seconds(long ticks) {
    return (double) ticks / timescale;
  }

  /** End of the last segment, ticks. */
  public long end() {
    return segments.getLast().end();
  }

  /** Of all segments, ticks. */
  long duration() {
    return end() - segments.getFirst().start();
  }

  /** Whether its segments are in one file. */
  boolean isOneFile() {
    return !init.whole();
  }

  /**
   * HLS's target duration, seconds: RFC 8216bis 4.4.3.1, no segment's duration rounded to the
   * nearest second exceeds it.
   */
  public long targetDuration() {
    return segments.stream()
        .mapToLong(segment -> Math.round(seconds(segment.duration())))
        .reduce(1, Math::max);
  }

  /** Bits a second, all bytes over all time; initialization segment not counted, as in HLS. */
  public long averageBitRate() {
    long bytes = segments.stream().mapToLong(segment -> segment.span().bytes()).sum();
    return bitRate(bytes, duration());
  }

  /**
   * Bits a second. RFC 8216bis 4.1: the peak segment bit rate is the largest of any run of segments
   * that together last between half of the target duration and one and a half.
   */
  public long peakBitRate() {
    long peak = 0;
    double target = targetDuration();
    for (int first = 0; first < segments.size(); first++) {
      long bytes = 0;
      long ticks = 0;
      for (int last = first; last < segments.size(); last++) {
        bytes += segments.get(last).span().bytes();
        ticks += segments.get(last).duration();
        if (seconds(ticks) > 1.5 * target) {
          break;
        }
        if (seconds(ticks) >= 0.5 * target) {
          peak = Math.max(peak, bitRate(bytes, ticks));
        }
      }
    }
    return Math.max(peak, averageBitRate());
  }

  /** Rounded up. */
  long bitRate(long bytes, long ticks) {
    return (long) Math.ceil(bytes * 8.0 * timescale / Math.max(1, ticks));
  }
}
