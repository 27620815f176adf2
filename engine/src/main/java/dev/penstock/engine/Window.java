package dev.penstock.engine;

import dev.penstock.av.Timestamp;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Segmentation.Segment;
import java.time.Duration;

/**
 * Which frames of a video track are wanted: those shown from {@code start} up to, not including,
 * {@code end}, in the track's time base on the {@link Timeline}.
 *
 * @param near the frame on screen at {@code start} gives way to one that begins within this time;
 *     negative where it is never wanted, because others have it
 */
record Window(long start, long end, long near) {
  /** Too short to be missed: at 20 frames a second and above they keep their even steps. */
  private static final Duration NEAR = Duration.ofMillis(50);

  /** The part of the input that a plan takes, which begins at zero. */
  static Window of(Plan.Input part, Rational timeBase) {
    return new Window(
        part.start().isPresent() ? 0 : Long.MIN_VALUE,
        part.duration().map(d -> Timestamp.ticks(d, timeBase)).orElse(Long.MAX_VALUE),
        Timestamp.ticks(NEAR, timeBase));
  }

  static Window of(Segment segment) {
    return new Window(
        segment.start().orElse(Long.MIN_VALUE), segment.end().orElse(Long.MAX_VALUE), -1);
  }

  /** Whether other segments have what lies outside. */
  boolean isOfSegment() {
    return near < 0;
  }

  /**
   * Whether a frame from before the start is to be shown from there.
   *
   * @param to when it disappears
   * @param last whether no frame follows it
   */
  boolean beginsWith(long to, boolean last) {
    return near >= 0 && to > start && (last || to >= end || to - start > near);
  }

  /**
   * How long what appears at {@code from}, in the window, and disappears at {@code to} is shown.
   */
  long shown(long from, long to) {
    return near < 0 ? to - from : Math.min(to, end) - from;
  }
}
