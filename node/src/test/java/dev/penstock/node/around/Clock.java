package dev.penstock.node.around;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes when told to. */
final class Clock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

  void pass(Duration duration) {
    now = now.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
