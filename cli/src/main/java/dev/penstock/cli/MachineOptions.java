package dev.penstock.cli;

import dev.penstock.model.Capability;
import dev.penstock.model.JobSpec;
import java.util.Optional;
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
      description =
          "GPUs: auto (default) uses what a trial proved, prefer also what a driver only declares,"
              + " require refuses to work without, off.")
  JobSpec.Hardware.Use use = JobSpec.Hardware.Use.AUTO;

  @Option(
      names = "--device",
      paramLabel = "GPU",
      description = "Use only this GPU: its UUID, PCI address, or a part of its model's name.")
  @Nullable String device;

  @Option(
      names = "--api",
      paramLabel = "API",
      completionCandidates = Words.EncodingApi.class,
      description = "Encode through nvenc, vaapi, qsv, amf or vulkan only.")
  Capability.@Nullable Api api;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Encoder threads. The bytes written depend on it.")
  @Nullable Integer threads;

  @Option(
      names = "--strict",
      description = "Fail at the first damaged frame instead of counting it.")
  boolean strict;

  JobSpec.Hardware hardware() {
    return new JobSpec.Hardware(use, Optional.ofNullable(device), Optional.ofNullable(api));
  }

  OptionalInt threadCount() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }
}
