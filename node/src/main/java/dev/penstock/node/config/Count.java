package dev.penstock.node.config;

import java.util.Optional;
import java.util.OptionalInt;

/** So many, or {@code auto}: as many as the machine is good for. */
public record Count(OptionalInt number) implements Comparable<Count> {
  static final String AUTO = "auto";

  static Optional<Count> parse(String text) {
    if (text.equals(AUTO)) {
      return Optional.of(new Count(OptionalInt.empty()));
    }
    return text.matches("\\d{1,9}")
        ? Optional.of(new Count(OptionalInt.of(Integer.parseInt(text))))
        : Optional.empty();
  }

  public int orElse(int usual) {
    return number.orElse(usual);
  }

  /** What is left to the machine is within any range. */
  @Override
  public int compareTo(Count other) {
    return number.isEmpty() || other.number.isEmpty()
        ? 0
        : Integer.compare(number.getAsInt(), other.number.getAsInt());
  }

  @Override
  public String toString() {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : AUTO;
  }
}
