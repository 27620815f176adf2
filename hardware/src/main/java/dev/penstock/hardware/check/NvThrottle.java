package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import java.util.List;
import java.util.stream.Collectors;

/** Why its clocks are not higher, at this moment. */
record NvThrottle() implements GpuCheck {
  private static final Remedy AIR = Remedy.byHand("Check fans, dust and airflow.");
  private static final Remedy POWER =
      Remedy.byHand(
          "Check the card's power plugs and the power supply: the board, or the supply, asks it to"
              + " slow down.");

  @Override
  public String id() {
    return "nv.throttle";
  }

  @Override
  public String title() {
    return "clocks held back";
  }

  @Override
  public String rule() {
    return "Nothing slows the GPU down at this moment but its power limit, which is no"
        + " fault. This is one reading and no verdict: whether it lasts, penstock top"
        + " shows.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetCurrentClocksEventReasons";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.reasons()) {
      case Absent<List<ClockReason>> absent ->
          Nvidia.unread(found, "reasons for its clocks", absent);
      case Present<List<ClockReason>>(List<ClockReason> reasons, String source) ->
          judged(reasons, found.seen(source, words(reasons)));
    };
  }

  private static Finding judged(List<ClockReason> reasons, Found found) {
    List<ClockReason> faults =
        reasons.stream()
            .filter(reason -> reason.isThrottle() && reason != ClockReason.POWER_CAP)
            .toList();
    if (faults.isEmpty()) {
      return found.pass(
          reasons.contains(ClockReason.POWER_CAP)
              ? "only its power limit holds it back, which is normal under load"
              : "nothing slows it down");
    }
    boolean hot =
        faults.contains(ClockReason.SW_THERMAL) || faults.contains(ClockReason.HW_THERMAL);
    return found
        .remedy(hot ? AIR : POWER)
        .remedy(Remedy.command("See whether it lasts.", "penstock top"))
        .warn(
            "slowed down at this moment: " + words(faults),
            "It encodes slower than it could; live jobs may fall behind.");
  }

  private static String words(List<ClockReason> reasons) {
    return reasons.isEmpty()
        ? "none"
        : reasons.stream().map(ClockReason::label).collect(Collectors.joining(", "));
  }
}
