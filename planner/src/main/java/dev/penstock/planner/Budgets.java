package dev.penstock.planner;

import java.util.Arrays;

/**
 * What each segment gets of the bits of an average. At constant quality segments take as many bits
 * as they are hard; so each gets its part of those, and the quality is about the same in all. None
 * gets more than a player can take in, nor so few that it would show; what that leaves or costs is
 * shared among the others. Pure.
 */
public final class Budgets {
  /** Even a still picture is coded now and then. */
  private static final double LEAST = 0.05;

  /** Encoders count in thousands. */
  private static final double LEAST_BITS = 1000;

  /** Above the fixed bits, so that something is left for the pictures. */
  private static final double ROOM = 1.25;

  private Budgets() {}

  /**
   * Bits a second of each segment.
   *
   * @param average bits a second over all
   * @param most bits a second of any
   * @param seconds how long each lasts
   * @param bits that each takes at constant quality
   * @param fixed bits of those that are no matter of quality: the encoder refuses to take less
   */
  public static long[] of(long average, long most, double[] seconds, long[] bits, long[] fixed) {
    double whole = (double) average * Arrays.stream(seconds).sum();
    double low = 0;
    double high = 1;
    while (sum(high, average, most, seconds, bits, fixed) < whole && high < 1e12) {
      high *= 2;
    }
    // The sum rises with the scale; sixty halvings leave less than a bit.
    for (int i = 0; i < 60; i++) {
      double middle = (low + high) / 2;
      if (sum(middle, average, most, seconds, bits, fixed) < whole) {
        low = middle;
      } else {
        high = middle;
      }
    }
    long[] budgets = new long[bits.length];
    for (int i = 0; i < bits.length; i++) {
      budgets[i] = Math.round(rate(high, average, most, seconds[i], bits[i], fixed[i]));
    }
    return budgets;
  }

  private static double sum(
      double scale, long average, long most, double[] seconds, long[] bits, long[] fixed) {
    double sum = 0;
    for (int i = 0; i < bits.length; i++) {
      sum += rate(scale, average, most, seconds[i], bits[i], fixed[i]) * seconds[i];
    }
    return sum;
  }

  private static double rate(
      double scale, long average, long most, double seconds, long bits, long fixed) {
    double least =
        Math.max(Math.max(LEAST_BITS, LEAST * (double) average), ROOM * (double) fixed / seconds);
    return Math.clamp(scale * (double) bits / seconds, least, Math.max(least, (double) most));
  }
}
