package dev.penstock.hardware.health;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.nvidia.NvmlLibrary;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.DrmSource;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.hardware.telemetry.Snapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * Samples all GPUs of a machine once. A GPU of NVIDIA's that does not answer costs its own
 * readings; a driver that blocks a read of its files costs all, within {@link #LONGEST} of whoever
 * asks in a child process.
 */
public final class GpuProbe implements Probe<Snapshot> {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  /** For the process to start, for opening NVML, and for asking its GPUs. */
  public static final Duration LONGEST = DEADLINE.multipliedBy(3);

  /**
   * @param root the machine's root directory
   */
  @Override
  public Snapshot ask(String root) {
    InstantSource clock = InstantSource.system();
    try (Sampler sampler =
        new Sampler(
            List.of(
                new NvmlSource(NvmlLibrary.wanted(), Path.of(root), clock, DEADLINE),
                new DrmSource(Path.of(root))),
            clock)) {
      return sampler.sample();
    }
  }
}
