package dev.penstock.hardware.nvidia;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.lab.Lab;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** Reads through the real binding from a library that plays a scenario. */
final class Shim {
  static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  static final InstantSource CLOCK = InstantSource.fixed(NOON);

  private Shim() {}

  /** Two L40S, with lines after theirs. */
  static String l40s(Path folder, String... more) {
    return library(folder, Lab.text("l40s.scenario") + String.join("\n", more) + "\n");
  }

  static String library(Path folder, String scenario) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    return Lab.nvml(folder, scenario).toString();
  }

  static NvmlFacts facts(Path folder, String... more) {
    return NvmlFacts.read(l40s(folder, more), folder, CLOCK, Duration.ofSeconds(10));
  }

  static NvmlSource source(String library, Path root, Duration deadline) {
    return new NvmlSource(library, root, CLOCK, deadline);
  }

  static List<GpuSample> sample(NvmlSource source) {
    return new Snapshot(NOON, List.of(source.read(NOON))).gpus();
  }
}
