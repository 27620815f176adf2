package dev.penstock.engine;

import dev.penstock.av.Timestamp;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Segmentation.Segment;

/**
 * Which frames of a video track are wanted: those shown from {@code start} up to, not including,
 * {@code end}, in the track's time base on the {@link Timeline}.
 */
record Window(long start, long end) {
  /** The part of the input that a plan takes, which begins at zero. */
  static Window of(Plan.Input part, Rational timeBase) {
    return new Window(
        part.start().isPresent() ? 0 : Long.MIN_VALUE,
        part.duration().map(d -> Timestamp.ticks(d, timeBase)).orElse(Long.MAX_VALUE));
  }

  static Window of(Segment segment) {
    return new Window(segment.start().orElse(Long.MIN_VALUE), segment.end().orElse(Long.MAX_VALUE));
  }

  boolean holds(long time) {
    return time >= start && time < end;
  }
}
