package dev.penstock.node.config;

import java.util.Optional;
import java.util.regex.Pattern;

/** A part: {@code 80%}. */
public record Percent(int value) implements Comparable<Percent> {
  private static final Pattern FORM = Pattern.compile("(\\d{1,3}) ?%");

  static Optional<Percent> parse(String text) {
    var matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(new Percent(Integer.parseInt(matcher.group(1))))
        : Optional.empty();
  }

  @Override
  public int compareTo(Percent other) {
    return Integer.compare(value, other.value);
  }

  @Override
  public String toString() {
    return value + "%";
  }
}
