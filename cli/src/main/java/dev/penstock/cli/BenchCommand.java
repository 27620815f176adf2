package dev.penstock.cli;

import dev.penstock.cli.CapacityBench.Result;
import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.DrmSource;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.model.Device;
import dev.penstock.node.Learnt;
import dev.penstock.planner.admission.Corrections;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock bench}. */
@Command(
    name = "bench",
    sortOptions = false,
    description = {
      "Measures what encodes take of each GPU, or of the processor: 1, 2, 4, … of 1920x1080 H.264 at",
      "once, until they are slower than real time. The daemon counts on the figures from its next",
      "start. Do it while nothing else runs.",
    },
    footer = {
      "",
      "Examples:",
      "  penstock bench capacity",
      "  penstock bench capacity --config /etc/penstock/penstock.yaml",
      "  penstock bench capacity --device 0000:21:00.0 --json",
      "",
      "Exit codes: penstock --help."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int MOST = 64;

  private final Terminal terminal;
  private final Cancellation cancellation;

  enum Subject {
    CAPACITY
  }

  @Parameters(index = "0", paramLabel = "WHAT", description = "capacity.")
  Subject subject = Subject.CAPACITY;

  @Option(
      names = "--device",
      paramLabel = "KEY",
      description =
          "This GPU alone, by its PCI address, or software; default: all GPUs, or without any, software.")
  @Nullable String device;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each number of encodes is measured; default: ${DEFAULT-VALUE}.")
  int seconds = 5;

  @Option(
      names = "--most",
      paramLabel = "N",
      description = "No more encodes at once than this; default: ${DEFAULT-VALUE}.")
  int most = MOST;

  @Mixin ConfigOptions options = new ConfigOptions();

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  BenchCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  /**
   * What was measured, as programs are shown it.
   *
   * @param file where it is kept for the daemon
   */
  record Answer(List<Result> results, String file) {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (seconds < 1 || most < 1) {
      throw new UsageException(
          seconds < 1 ? "--seconds" : "--most", "is less than 1", "give 1 or more");
    }
    // The figures are kept where the daemon has its jobs.
    Path file = options.read().data().orElseThrow().resolve(Learnt.FILE);
    List<Optional<Device>> wanted = wanted();
    List<Result> results = new ArrayList<>();
    Corrections measured = Corrections.NONE;
    try (Sampler sampler =
            new Sampler(
                List.of(NvmlSource.ofMachine(), new DrmSource(Path.of("/"))),
                InstantSource.system());
        CapacityBench bench =
            CapacityBench.open(
                sampler, Duration.ofSeconds(seconds), most, cancellation, this::say)) {
      for (Optional<Device> each : wanted) {
        CapacityBench.Outcome outcome = bench.measure(each);
        results.add(outcome.result());
        measured = measured.with(outcome.corrections());
      }
    }
    if (cancellation.isCancelled()) {
      return ExitCode.INTERRUPTED.value();
    }
    Corrections before =
        Learnt.read(file).map(Learnt.Measured::corrections).orElse(Corrections.NONE);
    Learnt.write(
        file, new Learnt.Measured(InstantSource.system().instant(), before.with(measured)));
    terminal
        .out()
        .print(
            json
                ? Json.pretty(new Answer(results, file.toString())) + "\n"
                : CapacityText.of(results, file));
    return ExitCode.DONE.value();
  }

  private List<Optional<Device>> wanted() {
    if ("software".equals(device)) {
      return List.of(Optional.empty());
    }
    List<Device> all =
        Gpus.ofThisMachine(this::say).get().devices().stream()
            .filter(CapacityBench::canEncode)
            .toList();
    List<Device> chosen =
        all.stream()
            .filter(each -> device == null || each.identity().key().equals(device))
            .toList();
    if (device != null && chosen.isEmpty()) {
      throw new UsageException(
          device,
          "is no GPU that encodes H.264 here",
          all.isEmpty()
              ? "there is none: leave --device out to measure the processor"
              : "there are "
                  + String.join(", ", all.stream().map(each -> each.identity().key()).toList()));
    }
    return chosen.isEmpty()
        ? List.of(Optional.empty())
        : chosen.stream().<Optional<Device>>map(Optional::of).toList();
  }

  private void say(String line) {
    terminal.err().println("penstock: " + Terminal.harmless(line));
    terminal.flush();
  }
}
