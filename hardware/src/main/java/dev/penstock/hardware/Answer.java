package dev.penstock.hardware;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.time.Duration;

/** What came of asking a {@link Probe}. */
public sealed interface Answer {
  /**
   * It answered.
   *
   * @param json the answer, as {@link FactsJson} writes it
   */
  record Given(String json, Duration took) implements Answer {}

  /**
   * It did not.
   *
   * @param text what happened to it, in words
   */
  record Lacking(Why why, String text) implements Answer {}

  /** As a reading of what was asked for. */
  default <T> Reading<T> as(Class<T> type, String source) {
    return switch (this) {
      case Given(String json, Duration _) -> Reading.of(FactsJson.read(json, type), source);
      case Lacking(Why why, String text) -> Reading.absent(why, source, text);
    };
  }
}
