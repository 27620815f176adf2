package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which part of the input, and with what the work is done. */
@Heading("Range and machine")
final class RunOptions {
  @Option(
      names = "--start",
      paramLabel = "TIME",
      description = "Where to begin: 90, 90s, 1m30s or 00:01:30.5.")
  @Nullable Duration start;

  @Option(names = "--duration", paramLabel = "TIME", description = "How much to take.")
  @Nullable Duration duration;

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

  @Option(
      names = "--segments",
      paramLabel = "WHAT",
      description =
          "Encode the pictures in segments, side by side: auto (default: from a minute on, where"
              + " the source allows it), off, or a length such as 20s. The bytes written depend on"
              + " it.")
  JobSpec.Segments segments = new JobSpec.Segments.Auto();

  JobSpec.Trim trim() {
    return new JobSpec.Trim(Optional.ofNullable(start), Optional.ofNullable(duration));
  }

  OptionalInt threadCount() {
    return threads == null ? OptionalInt.empty() : OptionalInt.of(threads);
  }
}
