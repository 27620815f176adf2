package dev.penstock.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/** Times as people write them: read from the command line, printed in reports. */
final class Times {
  /** Units in the order they must be written, longest first. */
  private static final String[] UNITS = {"h", "m", "s", "ms"};

  private static final long[] NANOS = {
    3_600_000_000_000L, 60_000_000_000L, 1_000_000_000L, 1_000_000L
  };

  /** Keeps all arithmetic on accepted times far from overflow. */
  private static final Duration LONGEST = Duration.ofDays(1000);

  private Times() {}

  /** {@code 90}, {@code 90s}, {@code 1m30s}, {@code 1:30} or {@code 00:01:30.5}. */
  static Optional<Duration> parse(String text) {
    return read(text).filter(time -> time.compareTo(LONGEST) <= 0);
  }

  private static Optional<Duration> read(String text) {
    if (text.indexOf(':') >= 0) {
      return ofClock(text.split(":", -1));
    }
    return Values.decimal(text).isPresent() ? Optional.of(seconds(text)) : ofUnits(text);
  }

  private static Optional<Duration> ofClock(String[] parts) {
    if (parts.length > 3) {
      return Optional.empty();
    }
    String last = parts[parts.length - 1];
    if (Values.decimal(last).isEmpty() || seconds(last).toSeconds() >= 60) {
      return Optional.empty();
    }
    long minutes = 0;
    for (int i = 0; i < parts.length - 1; i++) {
      OptionalInt part = Values.whole(parts[i]);
      if (part.isEmpty() || (i > 0 && part.getAsInt() >= 60)) {
        return Optional.empty();
      }
      minutes = minutes * 60 + part.getAsInt();
    }
    return Optional.of(Duration.ofMinutes(minutes).plus(seconds(last)));
  }

  private static Optional<Duration> ofUnits(String text) {
    Duration sum = Duration.ZERO;
    int at = 0;
    int next = 0;
    while (at < text.length()) {
      int letters = skip(text, at, /* digits= */ true);
      int end = skip(text, letters, /* digits= */ false);
      String number = text.substring(at, letters);
      int unit = unit(text.substring(letters, end), next);
      if (unit < 0 || Values.decimal(number).isEmpty()) {
        return Optional.empty();
      }
      sum = sum.plus(nanos(new BigDecimal(number).multiply(BigDecimal.valueOf(NANOS[unit]))));
      next = unit + 1;
      at = end;
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(sum);
  }

  private static int skip(String text, int from, boolean digits) {
    int at = from;
    while (at < text.length() && digits != Character.isLetter(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static int unit(String name, int from) {
    for (int i = from; i < UNITS.length; i++) {
      if (UNITS[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  private static Duration seconds(String text) {
    return nanos(new BigDecimal(text).movePointRight(9));
  }

  private static Duration nanos(BigDecimal nanos) {
    BigDecimal[] parts = nanos.divideAndRemainder(BigDecimal.valueOf(1_000_000_000));
    return Duration.ofSeconds(parts[0].longValue(), parts[1].longValue());
  }

  /** {@code 1:30.500}, {@code 1:02:03.004}: to the millisecond, for positions in a file. */
  static String exact(Duration time) {
    return clock(time.toSeconds()) + "." + padded(time.toMillisPart(), 3);
  }

  /** {@code 1:30}, {@code 1:02:03}: to the second, for what moves. */
  static String clock(Duration time) {
    return clock(time.plusMillis(500).toSeconds());
  }

  private static String clock(long seconds) {
    String rest = padded(seconds % 60, 2);
    long minutes = seconds / 60;
    return minutes < 60
        ? minutes + ":" + rest
        : minutes / 60 + ":" + padded(minutes % 60, 2) + ":" + rest;
  }

  private static String padded(long number, int width) {
    String digits = Long.toString(number);
    return "0".repeat(Math.max(0, width - digits.length())) + digits;
  }

  /** {@code 0.42 s}, {@code 12.3 s}, {@code 3:05}: for how long something took. */
  static String taken(Duration time) {
    double seconds = time.toNanos() / 1e9;
    if (seconds >= 60) {
      return clock(time);
    }
    return Amounts.decimals(seconds, seconds < 10 ? 2 : 1) + " s";
  }
}
