package dev.penstock.planner;

import java.util.Arrays;

/**
 * What segments are asked for again when each was given the average of the whole and together they
 * took more. Those that took more than they should have are asked for less, as far as it takes to
 * bring the whole down, and then for a little more if that was too much. That a film takes less
 * than the average is not corrected: an encoder with nothing left to improve leaves bits. Pure.
 */
public final class Correction {
  /** Less is not worth encoding again. */
  private static final double TOLERATED = 0.03;

  /** Of the average: less would show. */
  private static final double LEAST = 0.5;

  private Correction() {}

  /**
   * Bits a second to ask for of each segment, which is what was asked where it may stay.
   *
   * @param average bits a second over all
   * @param seconds how long each lasts
   * @param first bits that each took when it was asked for the average
   * @param bits that each took when it was asked for {@code asked}
   * @param asked bits a second that each was asked for last
   */
  public static long[] of(long average, double[] seconds, long[] first, long[] bits, long[] asked) {
    double whole = average * Arrays.stream(seconds).sum();
    double off = Math.abs(Arrays.stream(bits).sum() - whole);
    long[] rates = asked.clone();
    if (!exceeds(average, seconds, first) || off <= TOLERATED * whole) {
      return rates;
    }
    double over = Arrays.stream(first).sum() - whole;
    double excess = 0;
    for (int i = 0; i < first.length; i++) {
      excess += excess(average, seconds[i], first[i]);
    }
    for (int i = 0; i < first.length; i++) {
      double part = over * excess(average, seconds[i], first[i]) / excess;
      if (part > 0) {
        double rate = asked[i] * (first[i] - part) / bits[i];
        rates[i] = Math.round(Math.clamp(rate, LEAST * average, (double) average));
      }
    }
    return rates;
  }

  /** Whether segments together took more than the average, by more than is tolerated. */
  public static boolean exceeds(long average, double[] seconds, long[] bits) {
    double whole = average * Arrays.stream(seconds).sum();
    return Arrays.stream(bits).sum() - whole > TOLERATED * whole;
  }

  private static double excess(long average, double seconds, long bits) {
    return Math.max(0, bits - average * seconds);
  }
}
