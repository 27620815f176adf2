package dev.penstock.node;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Time that passes when told to. */
public final class Clock implements InstantSource {
  private volatile Instant now = Instant.parse("2026-03-01T12:00:00Z");

  public void pass(Duration duration) {
    now = now.plus(duration);
  }

  @Override
  public Instant instant() {
    return now;
  }
}
