package dev.penstock.hardware.telemetry;

import dev.penstock.model.GpuLoad;
import java.util.List;

/** What GPUs are busy with, for those who plan. */
public final class Loads {
  private Loads() {}

  /** Those of a snapshot that answer, by the address that devices go by. */
  public static List<GpuLoad> of(Snapshot snapshot) {
    return snapshot.gpus().stream().filter(GpuSample::isUp).map(Loads::of).toList();
  }

  private static GpuLoad of(GpuSample gpu) {
    return new GpuLoad(
        gpu.id().pci().toOptional().orElseGet(() -> gpu.id().key()),
        gpu.load(Engine.ENCODER),
        gpu.load(Engine.DECODER),
        gpu.memory().free());
  }
}
