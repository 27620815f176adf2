package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.Probe;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;

/**
 * Asks NVML everything. A GPU that does not answer costs its own readings, not the answer: this
 * comes back within {@link #LONGEST}.
 */
public final class NvmlProbe implements Probe<NvmlFacts> {
  private static final Duration DEADLINE = Duration.ofSeconds(3);

  /** For opening NVML, for who the GPUs are, and for how they are. */
  public static final Duration LONGEST = DEADLINE.multipliedBy(3);

  @Override
  public NvmlFacts ask(String argument) {
    return NvmlFacts.read(NvmlLibrary.wanted(), Path.of("/"), InstantSource.system(), DEADLINE);
  }
}
