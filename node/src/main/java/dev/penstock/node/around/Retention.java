package dev.penstock.node.around;

import java.time.Duration;

/** Removes what is long over. */
public final class Retention {
  /**
   * How long things are kept.
   *
   * @param jobs that ended, with their events and receipts; outputs are never removed
   * @param crashes reports of workers that died
   * @param audit who changed what
   * @param floor bytes free in the data folder below which no job begins
   */
  public record Settings(Duration jobs, Duration crashes, Duration audit, long floor) {
    public static final Settings STANDARD =
        new Settings(Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(365), 1L << 28);
  }

  private Retention() {}
}
