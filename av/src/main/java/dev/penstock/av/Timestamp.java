package dev.penstock.av;

import dev.penstock.model.Rational;
import java.math.BigInteger;
import java.time.Duration;

/**
 * A point in time as libav writes it: a number of ticks of a time base.
 *
 * @param ticks may be negative
 */
public record Timestamp(long ticks, Rational timeBase) {
  /** libav's mark for "unknown". */
  public static final long NONE = Long.MIN_VALUE;

  /** libav's own time base, microseconds. */
  public static final Rational MICROSECONDS = new Rational(1, 1_000_000);

  private static final Rational NANOSECONDS = new Rational(1, 1_000_000_000);

  public Duration toDuration() {
    return timeBase.toDuration(ticks);
  }

  /** {@code duration} in ticks, rounded to the nearest. */
  public static long ticks(Duration duration, Rational timeBase) {
    return rescale(duration.toNanos(), NANOSECONDS, timeBase);
  }

  /**
   * {@code ticks} of {@code from} in ticks of {@code to}, rounded half away from zero; keeps NONE.
   * NONE also when the result is too large, as in libav.
   */
  public static long rescale(long ticks, Rational from, Rational to) {
    if (ticks == NONE || from.equals(to)) {
      return ticks;
    }
    long factor = (long) from.num() * to.den();
    long divisor = (long) from.den() * to.num();
    long product = ticks * factor;
    if (Math.multiplyHigh(ticks, factor) == (product >> 63)) {
      return divided(product, divisor);
    }
    BigInteger exact = BigInteger.valueOf(ticks).multiply(BigInteger.valueOf(factor));
    BigInteger half = BigInteger.valueOf(exact.signum() * (divisor / 2));
    BigInteger rounded = exact.add(half).divide(BigInteger.valueOf(divisor));
    return rounded.bitLength() < Long.SIZE ? rounded.longValue() : NONE;
  }

  private static long divided(long product, long divisor) {
    long quotient = product / divisor;
    long rest = Math.abs(product % divisor);
    return rest >= divisor - rest ? quotient + Long.signum(product) : quotient;
  }
}
