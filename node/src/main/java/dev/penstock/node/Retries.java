package dev.penstock.node;

import java.time.Duration;

/**
 * How often a job is tried whose failure may pass.
 *
 * @param attempts with the first
 * @param first delay; doubles with each
 * @param longest delay
 * @param devices an input that brought workers down on so many is to blame itself
 */
public record Retries(int attempts, Duration first, Duration longest, int devices) {
  /** As the documentation has it. */
  public static final Retries STANDARD =
      new Retries(5, Duration.ofSeconds(5), Duration.ofMinutes(10), 2);
}
