package dev.penstock.model;

import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/**
 * An exact fraction: a frame rate, a time base or a sample aspect ratio. Always reduced, the
 * denominator always positive, so equal values are equal records.
 */
public record Rational(int num, int den) implements Comparable<Rational> {
  public static final Rational ONE = new Rational(1, 1);

  public Rational {
    if (den == 0) {
      throw new IllegalArgumentException("denominator is zero: " + num + "/0");
    }
    long gcd = den < 0 ? -gcd(num, den) : gcd(num, den);
    num = Math.toIntExact(num / gcd);
    den = Math.toIntExact(den / gcd);
  }

  /** The fraction, or empty where libav writes an unset one (0/0, 0/1, 1/0). */
  public static Optional<Rational> ofPositive(int num, int den) {
    return num > 0 && den > 0 ? Optional.of(new Rational(num, den)) : Optional.empty();
  }

  /**
   * Reads {@code 30000/1001}, {@code 25} or a decimal; the usual decimals of broadcast rates
   * (23.976, 29.97, 59.94) become their exact fractions.
   */
  public static Rational parse(String text) {
    try {
      int slash = text.indexOf('/');
      if (slash > 0) {
        int num = Integer.parseInt(text.substring(0, slash).strip());
        int den = Integer.parseInt(text.substring(slash + 1).strip());
        return ofPositive(num, den).orElseThrow(() -> notARate(text));
      }
      return ofDecimal(Double.parseDouble(text.strip()));
    } catch (NumberFormatException e) {
      throw notARate(text);
    }
  }

  private static IllegalArgumentException notARate(String text) {
    return new IllegalArgumentException("not a rate: '" + text + "'");
  }

  private static Rational ofDecimal(double value) {
    if (!(value >= 0.001) || value > 1_000_000) {
      throw notARate(Double.toString(value));
    }
    int whole = (int) Math.rint(value * 1001 / 1000);
    double ntsc = whole * 1000.0 / 1001;
    if (whole > 0 && value != Math.rint(value) && Math.abs(ntsc - value) < 0.005) {
      return new Rational(whole * 1000, 1001);
    }
    return new Rational((int) Math.rint(value * 1000), 1000);
  }

  public double value() {
    return (double) num / den;
  }

  public Rational inverse() {
    return new Rational(den, num);
  }

  public Rational times(Rational other) {
    long n = (long) num * other.num;
    long d = (long) den * other.den;
    long gcd = gcd(n, d);
    return new Rational(Math.toIntExact(n / gcd), Math.toIntExact(d / gcd));
  }

  /**
   * {@code ticks} of this time base as a duration, rounded to the nanosecond. A time beyond the
   * range of a duration becomes the longest there is.
   */
  public Duration toDuration(long ticks) {
    if (Math.multiplyHigh(ticks, num) != ((ticks * num) >> 63)) {
      return ofHuge(BigInteger.valueOf(ticks).multiply(BigInteger.valueOf(num)));
    }
    long seconds = Math.floorDiv(ticks * num, den);
    long rest = ticks * num - seconds * den;
    return Duration.ofSeconds(seconds, Math.round(rest * 1e9 / den));
  }

  private Duration ofHuge(BigInteger ticks) {
    BigInteger seconds = ticks.divide(BigInteger.valueOf(den));
    if (seconds.bitLength() < Long.SIZE) {
      return Duration.ofSeconds(seconds.longValue());
    }
    return Duration.ofSeconds(seconds.signum() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE);
  }

  private static long gcd(long a, long b) {
    long x = Math.abs(a);
    long y = Math.abs(b);
    while (y != 0) {
      long rest = x % y;
      x = y;
      y = rest;
    }
    return x == 0 ? 1 : x;
  }

  @Override
  public int compareTo(Rational other) {
    return Long.compare((long) num * other.den, (long) other.num * den);
  }

  /** {@code 30000/1001}; whole numbers without a denominator. */
  @Override
  public String toString() {
    return den == 1 ? Integer.toString(num) : num + "/" + den;
  }
}
