package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** With what the work is done, and how strictly. */
@Heading("Range and machine")
final class MachineOptions {
  @Option(
      names = "--hardware",
      paramLabel = "WHEN",
      completionCandidates = Words.HardwareUse.class,
      description = "Hardware encoders: auto (default), require or off.")
  JobSpec.Hardware hardware = JobSpec.Hardware.AUTO;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Encoder threads. The bytes written depend on it.")
  @Nullable Integer threads;

  @Option(
      names = "--strict",
      description = "Fail at the first damaged frame instead of counting it.")
  boolean strict;

  OptionalInt threadCount() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }
}
