package dev.penstock.model;

import java.util.Arrays;
import java.util.Optional;

/**
 * When the pictures of a video track are shown and where decoding can begin, read from its packets
 * without decoding them. Times are in the track's time base, from the beginning of the input.
 */
public final class FrameIndex {
  private final int track;
  private final Rational timeBase;
  private final long[] times;
  private final long[] keys;
  private final Optional<String> unstable;

  /**
   * Copies its arguments.
   *
   * @param times when each picture is shown, in any order
   * @param keys those of the key frames
   * @param unstable why the times cannot be relied on; empty when they can
   */
  public FrameIndex(
      int track, Rational timeBase, long[] times, long[] keys, Optional<String> unstable) {
    this.track = track;
    this.timeBase = timeBase;
    this.times = sorted(times);
    this.keys = sorted(keys);
    this.unstable = unstable;
  }

  private static long[] sorted(long[] values) {
    long[] copy = values.clone();
    Arrays.sort(copy);
    return copy;
  }

  public int track() {
    return track;
  }

  public Rational timeBase() {
    return timeBase;
  }

  public Optional<String> unstable() {
    return unstable;
  }

  /** How many pictures there are. */
  public int frames() {
    return times.length;
  }

  /** When picture number {@code frame} is shown, counted from 0 in the order of showing. */
  public long time(int frame) {
    return times[frame];
  }

  /** The number of the first picture shown at or after {@code time}; {@link #frames} if none. */
  public int frameAt(long time) {
    return insertion(times, time);
  }

  /** The last key frame at or before {@code time}. */
  public Optional<Long> keyAtOrBefore(long time) {
    int place = insertion(keys, time);
    if (place < keys.length && keys[place] == time) {
      return Optional.of(time);
    }
    return place == 0 ? Optional.empty() : Optional.of(keys[place - 1]);
  }

  private static int insertion(long[] sorted, long value) {
    int found = Arrays.binarySearch(sorted, value);
    return found >= 0 ? found : -found - 1;
  }
}
