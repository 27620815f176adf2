package dev.penstock.engine;

import java.util.Arrays;

/** Decoding times of reordered pictures. */
final class DecodingOrder {
  private DecodingOrder() {}

  /**
   * Decoding times for packets that are shown at {@code shown}, which is in decoding order. With
   * <i>d</i> the most places that a picture is shown before it is decoded, packet <i>n</i> is
   * decoded when picture <i>n − d</i>, in the order of showing, is shown; the first <i>d</i> come
   * one distance apart before that. So times rise, and none is after its picture's.
   */
  static long[] times(long[] shown) {
    long[] sorted = shown.clone();
    Arrays.sort(sorted);
    int delay = delay(shown, sorted);
    long step = sorted.length > 1 ? sorted[1] - sorted[0] : 1;
    long[] times = new long[shown.length];
    for (int n = 0; n < shown.length; n++) {
      times[n] = n >= delay ? sorted[n - delay] : sorted[0] - (delay - n) * step;
    }
    return times;
  }

  private static int delay(long[] shown, long[] sorted) {
    int delay = 0;
    for (int n = 0; n < shown.length; n++) {
      delay = Math.max(delay, n - Arrays.binarySearch(sorted, shown[n]));
    }
    return delay;
  }
}
