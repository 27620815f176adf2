package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.util.Optional;

/** What it draws, may draw, and where it gets it from. */
record NvPower() implements GpuCheck {
  private static final Remedy CABLES =
      Remedy.byHand(
          "Check that every power plug of the card is in, each on its own cable, and that the power"
              + " supply is strong enough.");

  @Override
  public String id() {
    return "nv.power";
  }

  @Override
  public String title() {
    return "power";
  }

  @Override
  public String rule() {
    return "The driver can read what the GPU draws, and the GPU gets the power that it was"
        + " made for: not from a battery, not from a supply that is too small. A limit"
        + " below the default one is said, not blamed.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetPowerUsage, nvmlDeviceGetEnforcedPowerLimit,"
        + " nvmlDeviceGetPowerSource; DCGM holds a power reading that fails against a GPU";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    NvmlFacts.Power power = gpu.power();
    String source = power.source().toOptional().orElse("");
    if (source.equals("undersized") || source.equals("battery")) {
      return found
          .seen(power.source())
          .remedy(CABLES)
          .warn(
              source.equals("battery")
                  ? "it runs on a battery"
                  : "its power supply is too small for it",
              "It limits its clocks; live jobs may fall behind.");
    }
    return switch (power.draw()) {
      case Absent<Long>(Why why, String from, String text) when why == Why.FAILED ->
          found
              .seen(from, text)
              .remedy(CABLES)
              .warn(
                  "what it draws cannot be read: " + text,
                  "It still encodes; a sensor that fails is often the first sign of a failing"
                      + " board.");
      case Absent<Long> absent -> Nvidia.unread(found, "power reading", absent);
      case Present<Long>(Long draw, String from) ->
          found.seen(from, draw + " mW").pass(watts(draw) + limits(power, found));
    };
  }

  private static String limits(NvmlFacts.Power power, Found found) {
    Optional<Long> enforced = power.enforced().toOptional();
    Optional<Long> usual = power.defaultLimit().toOptional();
    enforced.ifPresent(limit -> found.seen(power.enforced().source(), limit + " mW"));
    if (enforced.isPresent() && usual.isPresent() && enforced.get() * 10 < usual.get() * 9) {
      return ", capped at " + watts(enforced.get()) + " where " + watts(usual.get()) + " is usual";
    }
    return enforced.map(limit -> " of " + watts(limit)).orElse("");
  }

  private static String watts(long milliwatts) {
    return Math.round(milliwatts / 1000.0) + " W";
  }
}
