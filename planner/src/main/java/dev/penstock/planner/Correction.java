package dev.penstock.planner;

import java.util.Arrays;

/**
 * What segments are asked for a second time when each was given the average of the whole and
 * together they took more. Those that took more than they should have are asked for less, as far as
 * it takes to bring the whole down; none for less than half. That a film takes less than the
 * average is not corrected: an encoder with nothing left to improve leaves bits. Pure.
 */
public final class Correction {
  /** Less than this is not worth encoding again. */
  private static final double TOLERATED = 1.02;

  private Correction() {}

  /**
   * Bits a second to ask for of each segment, which is what was asked where it may stay.
   *
   * @param average bits a second over all
   * @param seconds how long each lasts
   * @param bits that each took
   * @param asked bits a second that each was asked for
   */
  public static long[] of(long average, double[] seconds, long[] bits, long[] asked) {
    double over = Arrays.stream(bits).sum() - average * Arrays.stream(seconds).sum();
    if (over <= (TOLERATED - 1) * average * Arrays.stream(seconds).sum()) {
      return asked.clone();
    }
    double excess = 0;
    for (int i = 0; i < bits.length; i++) {
      excess += excess(average, seconds[i], bits[i]);
    }
    long[] rates = asked.clone();
    for (int i = 0; i < bits.length; i++) {
      double part = over * excess(average, seconds[i], bits[i]) / excess;
      if (part > 0) {
        rates[i] = Math.round(Math.max(average / 2.0, asked[i] * (1 - part / bits[i])));
      }
    }
    return rates;
  }

  private static double excess(long average, double seconds, long bits) {
    return Math.max(0, bits - average * seconds);
  }
}
