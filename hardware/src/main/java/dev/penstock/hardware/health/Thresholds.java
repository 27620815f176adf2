package dev.penstock.hardware.health;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * At which figures a device is no longer healthy, and at which it is again. The standard ones are
 * {@code thresholds.json}.
 *
 * @param temperatureMargin degrees below the slow-down limit at which it is degraded
 * @param temperatureClear degrees below the slow-down limit at which that ends
 * @param throttleWindow over which throttled samples are counted
 * @param throttleShare of samples slowed down by hardware at which it is suspect
 * @param throttleClear share at which that ends
 * @param thermalShare of samples slowed down by the driver for heat at which it is degraded
 * @param goodSamples that must follow one another before a lost device counts as back
 * @param escalations how many of which code mean what
 * @param fatalCount so many faults of the device, bursts counted once, within {@code fatalWindow}
 *     mean that it is broken
 * @param burst faults closer than this are one
 */
public record Thresholds(
    @Nullable String about,
    double temperatureMargin,
    double temperatureClear,
    Duration throttleWindow,
    double throttleShare,
    double throttleClear,
    double thermalShare,
    int goodSamples,
    List<Escalation> escalations,
    int fatalCount,
    Duration fatalWindow,
    Duration burst) {
  public Thresholds {
    escalations = List.copyOf(escalations);
  }

  /**
   * A rule about faults that come again.
   *
   * @param codes of events, such as {@code xid 47}
   * @param count so many of them
   * @param within so long
   * @param level what the device is then
   * @param why one clause
   * @param actions names of rows of {@code actions.json}
   * @param despiteRepairs whether faults before a repair count: the repair did not last
   * @param source of the rule
   */
  public record Escalation(
      List<String> codes,
      int count,
      Duration within,
      Verdict.Level level,
      String why,
      List<String> actions,
      boolean despiteRepairs,
      String source) {
    public Escalation {
      codes = List.copyOf(codes);
      actions = List.copyOf(actions);
    }
  }

  private static final class Standard {
    static final Thresholds THRESHOLDS = Catalogue.read("thresholds.json", Thresholds.class);
  }

  public static Thresholds standard() {
    return Standard.THRESHOLDS;
  }
}
