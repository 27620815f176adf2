package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import java.util.List;

/** Whether the driver stays initialised while nobody uses it. */
record NvPersistence() implements NvmlCheck {
  private static final String CARDS = "/sys/class/drm/card";

  @Override
  public String id() {
    return "nv.persistence";
  }

  @Override
  public String title() {
    return "persistence";
  }

  @Override
  public String rule() {
    return "Persistence is on, or a display keeps the GPU initialised. Otherwise the"
        + " driver initialises the GPU anew for every first user, which takes one to three"
        + " seconds, and forgets power limits.";
  }

  @Override
  public String source() {
    return "NVIDIA, Driver Persistence; NVML nvmlDeviceGetPersistenceMode";
  }

  @Override
  public List<Wanted> files() {
    return Nvidia.files(Wanted.text(CARDS + "*/status"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    boolean display = hasDisplay(machine);
    return Nvidia.each(this, machine, (gpu, found) -> judged(gpu, display, found));
  }

  private static Finding judged(NvmlFacts.Gpu gpu, boolean display, Found found) {
    return switch (gpu.modes().persistence()) {
      case Absent<Boolean> absent -> Nvidia.unread(found, "persistence mode", absent);
      case Present<Boolean>(Boolean on, String source) when on ->
          found.seen(source, "on").pass("on");
      case Present<Boolean>(Boolean _, String source) when display ->
          found.seen(source, "off").pass("off; a display keeps the driver initialised");
      case Present<Boolean>(Boolean _, String source) ->
          found
              .seen(source, "off")
              .remedy(
                  Remedy.safe(
                      "Let the driver's daemon keep it initialised.",
                      "sudo systemctl enable --now nvidia-persistenced"))
              .warn(
                  "off, and no display is connected",
                  "Every first job waits one to three seconds, and power limits are forgotten"
                      + " between jobs.");
    };
  }

  private static boolean hasDisplay(Machine machine) {
    return machine.files().nodes().keySet().stream()
        .filter(path -> path.startsWith(CARDS) && path.endsWith("/status"))
        .anyMatch(path -> machine.files().text(path).toOptional().orElse("").equals("connected"));
  }
}
