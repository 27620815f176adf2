package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

  @Mixin MachineOptions machine = new MachineOptions();

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
}
