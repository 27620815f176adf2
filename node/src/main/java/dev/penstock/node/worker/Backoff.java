package dev.penstock.node.worker;

import java.time.Duration;

/**
 * How long a place is left alone whose workers die.
 *
 * @param first after the first death
 * @param most however many there were
 * @param stable a worker that lived so long, or finished something, makes up for those before it
 */
public record Backoff(Duration first, Duration most, Duration stable) {
  private static final int MOST_DOUBLINGS = 30;

  public static Backoff standard() {
    return new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofMinutes(1));
  }

  /**
   * The wait, twice as long each time.
   *
   * @param deaths in a row
   */
  public Duration after(int deaths) {
    if (deaths <= 0) {
      return Duration.ZERO;
    }
    int doublings = Math.min(deaths - 1, MOST_DOUBLINGS);
    Duration wait = first.multipliedBy(1L << doublings);
    return wait.compareTo(most) < 0 ? wait : most;
  }

  /** Deaths in a row, after one more. */
  public int counting(int deaths, Duration lived, boolean finishedSomething) {
    return finishedSomething || lived.compareTo(stable) >= 0 ? 1 : deaths + 1;
  }
}
