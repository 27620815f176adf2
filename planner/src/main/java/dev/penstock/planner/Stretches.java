package dev.penstock.planner;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.Probes.Stretch;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which parts of a source stand for all of it: evenly spread, away from its ends, and more of them
 * the longer it is, so that what they cost is bounded.
 */
final class Stretches {
  private static final Duration SHORTEST = Duration.ofSeconds(2);
  private static final Duration LONGEST = Duration.ofSeconds(4);
  private static final Duration SHORT = Duration.ofMinutes(2);
  private static final Duration LONG = Duration.ofMinutes(15);

  /** Of a source whose length nobody knows, its beginning. */
  private static final Duration UNKNOWN = Duration.ofSeconds(10);

  private Stretches() {}

  /**
   * The stretches, in order, not overlapping.
   *
   * @param gop distance of key frames: a stretch holds a whole number, so that each weighs what it
   *     will
   * @param index of the pictures, where there is one: stretches begin at key frames then, if one is
   *     near
   */
  static List<Stretch> of(Optional<Duration> length, Duration gop, Optional<FrameIndex> index) {
    if (length.isEmpty()) {
      return List.of(new Stretch(Duration.ZERO, UNKNOWN));
    }
    Duration whole = length.get();
    Duration each = each(gop);
    int count = count(whole);
    if (each.multipliedBy(count).compareTo(whole) >= 0) {
      return List.of(new Stretch(Duration.ZERO, whole));
    }
    Optional<FrameIndex> keys = index.filter(frames -> frames.unstable().isEmpty());
    List<Stretch> stretches = new ArrayList<>();
    Duration free = Duration.ZERO;
    for (int i = 0; i < count; i++) {
      Duration middle = whole.multipliedBy(2L * i + 1).dividedBy(2L * count);
      Duration start = middle.minus(each.dividedBy(2));
      Duration early = start.minus(each);
      start = atKey(start, early.compareTo(free) > 0 ? early : free, keys);
      stretches.add(new Stretch(start, each));
      free = start.plus(each);
    }
    return stretches;
  }

  private static Duration each(Duration gop) {
    long times = Math.ceilDiv(SHORTEST.toNanos(), Math.max(1, gop.toNanos()));
    Duration each = gop.multipliedBy(times);
    return each.compareTo(LONGEST) > 0 ? LONGEST : each;
  }

  private static int count(Duration whole) {
    if (whole.compareTo(SHORT) < 0) {
      return 3;
    }
    return whole.compareTo(LONG) < 0 ? 4 : 5;
  }

  /** The key frame at or before, if it does not lie too far back. */
  private static Duration atKey(Duration start, Duration least, Optional<FrameIndex> index) {
    if (index.isEmpty()) {
      return start;
    }
    FrameIndex frames = index.get();
    Rational base = frames.timeBase();
    long ticks = (long) Math.floor(start.toNanos() / 1e9 / base.value());
    return frames
        .keyAtOrBefore(ticks)
        .map(key -> base.toDuration(key))
        .filter(key -> key.compareTo(least) >= 0)
        .orElse(start);
  }
}
