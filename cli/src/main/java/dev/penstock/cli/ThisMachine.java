package dev.penstock.cli;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.health.GpuProbe;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.LogClock;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Snapshot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where faults of this machine are looked for and kept; another place in tests.
 *
 * @param clock of the kernel's log, asked anew each time
 * @param root under which drivers have their files
 * @param memory the file of events; empty for a user without a home
 */
record ThisMachine(
    KernelSource.Places places,
    Supplier<LogClock> clock,
    Children children,
    Path root,
    Optional<Path> memory) {

  static ThisMachine here() {
    return new ThisMachine(
        KernelSource.Places.ofThisMachine(),
        KernelSource::clock,
        new Children(Map.of()),
        Path.of("/"),
        Folders.stateOfMachine(System.getenv()).map(folder -> folder.resolve("faults.db")));
  }

  /** Whether a driver of NVIDIA's is loaded, or another library stands in for it. */
  boolean hasNvidia() {
    return Files.exists(root.resolve("proc/driver/nvidia"))
        || System.getenv("PENSTOCK_NVML") != null;
  }

  /** Its GPUs, asked in another process; nothing but a line when they do not answer. */
  List<GpuSample> gpus(Terminal terminal) {
    return switch (children.ask(GpuProbe.class, root.toString(), GpuProbe.LONGEST)) {
      case Answer.Given(String json, var _) -> FactsJson.read(json, Snapshot.class).gpus();
      case Answer.Lacking(var _, String text) -> {
        terminal.err().println("penstock: the GPUs were not asked: " + Terminal.oneLine(text));
        yield List.of();
      }
    };
  }
}
