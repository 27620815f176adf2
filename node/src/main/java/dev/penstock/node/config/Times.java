package dev.penstock.node.config;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Times: {@code 500ms}, {@code 30s}, {@code 1h30m}, {@code 30d}. A bare number says no unit. */
final class Times {
  private static final Pattern FORM =
      Pattern.compile(
          "(?:(\\d{1,6})d)?(?:(\\d{1,6})h)?(?:(\\d{1,6})m)?(?:(\\d{1,9})s)?(?:(\\d{1,9})ms)?");

  private Times() {}

  static Optional<Duration> parse(String text) {
    Matcher part = FORM.matcher(text);
    if (text.isEmpty() || !part.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        Duration.ofDays(number(part, 1))
            .plusHours(number(part, 2))
            .plusMinutes(number(part, 3))
            .plusSeconds(number(part, 4))
            .plusMillis(number(part, 5)));
  }

  private static long number(Matcher matcher, int group) {
    String digits = matcher.group(group);
    return digits == null ? 0 : Long.parseLong(digits);
  }

  /** As it is read. */
  static String text(Duration time) {
    StringBuilder text = new StringBuilder();
    part(text, time.toDaysPart(), "d");
    part(text, time.toHoursPart(), "h");
    part(text, time.toMinutesPart(), "m");
    part(text, time.toSecondsPart(), "s");
    part(text, time.toMillisPart(), "ms");
    return text.isEmpty() ? "0s" : text.toString();
  }

  private static void part(StringBuilder text, long number, String unit) {
    if (number > 0) {
      text.append(number).append(unit);
    }
  }
}
