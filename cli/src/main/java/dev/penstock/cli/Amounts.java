package dev.penstock.cli;

import dev.penstock.model.Rational;
import java.math.BigDecimal;
import java.math.RoundingMode;

/** Quantities as people read them: rates and sizes in decimal units, with few digits. */
final class Amounts {
  private static final String[] PREFIXES = {"", "k", "M", "G", "T"};

  private Amounts() {}

  /** {@code 128 kb/s}, {@code 4.25 Mb/s}. */
  static String bitRate(long bitsPerSecond) {
    return scaled(bitsPerSecond, "b/s");
  }

  /** {@code 812 B}, {@code 3.41 MB}. */
  static String bytes(long bytes) {
    return scaled(bytes, "B");
  }

  /** {@code 25 fps}, {@code 29.97 fps (30000/1001)}. */
  static String frameRate(Rational rate) {
    return rate.den() == 1 ? rate.num() + " fps" : trimmed(rate.value(), 3) + " fps (" + rate + ")";
  }

  /** Three digits, so that a column of them does not jump. */
  private static String scaled(long value, String unit) {
    int prefix = 0;
    double scaled = (double) value;
    while (scaled >= 999.5 && prefix < PREFIXES.length - 1) {
      scaled /= 1000;
      prefix++;
    }
    int decimals = prefix == 0 || scaled >= 99.95 ? 0 : scaled >= 9.995 ? 1 : 2;
    return trimmed(scaled, decimals) + " " + PREFIXES[prefix] + unit;
  }

  static String decimals(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP).toPlainString();
  }

  /** At most so many decimals, without trailing zeros. */
  static String trimmed(double value, int decimals) {
    String text = decimals(value, decimals);
    if (text.indexOf('.') < 0) {
      return text;
    }
    int end = text.length();
    while (text.charAt(end - 1) == '0') {
      end--;
    }
    return text.substring(0, text.charAt(end - 1) == '.' ? end - 1 : end);
  }
}
