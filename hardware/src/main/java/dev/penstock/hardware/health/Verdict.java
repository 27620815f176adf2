package dev.penstock.hardware.health;

import java.time.Instant;
import java.util.List;

/**
 * How a device fares.
 *
 * @param device PCI address as in sysfs
 * @param because what holds now, the worst first; empty when it is healthy
 * @param since when the worst of it began; the time of the judgement when it is healthy
 */
public record Verdict(String device, Level level, List<Condition> because, Instant since) {
  public Verdict {
    because = List.copyOf(because);
  }

  /** From best to worst. */
  public enum Level {
    /** Nothing is known against it. */
    HEALTHY(0),
    /** It works, less well or not for long; it may get work. */
    DEGRADED(1),
    /** It must not get new work before it was reset or looked at. */
    SUSPECT(2),
    /** It does not work. */
    LOST(3);

    private final int number;

    Level(int number) {
      this.number = number;
    }

    /** In metrics: from 0, the best, to 3. Never changes. */
    public int number() {
      return number;
    }
  }

  /**
   * One thing that holds against a device.
   *
   * @param id such as {@code temperature} or {@code xid 79}
   * @param why one clause with the figures
   * @param since when it began
   * @param actions names of rows of {@code actions.json}
   */
  public record Condition(String id, Level level, String why, Instant since, List<String> actions) {
    public Condition {
      actions = List.copyOf(actions);
    }
  }
}
