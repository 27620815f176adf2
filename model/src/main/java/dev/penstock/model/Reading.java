package dev.penstock.model;

import java.util.Optional;
import java.util.function.Function;

/**
 * A value that was read from a machine, or why it could not be. A missing value is never a number.
 *
 * @param <T> the value's type
 */
public sealed interface Reading<T> {
  /** Where it was read, as an operator would look it up: a path, a function, a command. */
  String source();

  /** The value. */
  record Present<T>(T value, String source) implements Reading<T> {}

  /**
   * No value.
   *
   * @param text what exactly was answered, in the words of who answered
   */
  record Absent<T>(Why why, String source, String text) implements Reading<T> {}

  /**
   * Why there is no value. The difference between {@code MISSING} and the others decides checks.
   */
  enum Why {
    /** There is no such thing here: no file, no library, no function of that name. */
    MISSING,
    /** The device or driver has it not: a permanent answer for this device. */
    UNSUPPORTED,
    /** Reading it is not permitted to this user or container. */
    DENIED,
    /** Whoever was asked did not answer in time. */
    HUNG,
    /** The question was answered with an error. */
    FAILED,
    /** Nobody asked: it was switched off or comes after something that failed. */
    NOT_ASKED
  }

  static <T> Reading<T> of(T value, String source) {
    return new Present<>(value, source);
  }

  static <T> Reading<T> absent(Why why, String source, String text) {
    return new Absent<>(why, source, text);
  }

  default Optional<T> optional() {
    return switch (this) {
      case Present<T>(T value, String _) -> Optional.of(value);
      case Absent<T> _ -> Optional.empty();
    };
  }

  default <R> Reading<R> map(Function<? super T, ? extends R> change) {
    return switch (this) {
      case Present<T>(T value, String from) -> new Present<>(change.apply(value), from);
      case Absent<T>(Why why, String from, String text) -> new Absent<>(why, from, text);
    };
  }
}
