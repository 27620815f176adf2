package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.health.Thresholds;
import dev.penstock.hardware.health.VitalsHistory;
import dev.penstock.hardware.health.VitalsHistory.Judged;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.DrmSource;
import dev.penstock.hardware.telemetry.PrometheusText;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock top}. */
@Command(name = "top", description = "Shows what the GPUs are doing, and who makes them do it.")
final class TopCommand implements Callable<Integer> {
  private static final Duration SHORTEST = Duration.ofMillis(50);
  private static final Duration BETWEEN_TWO = Duration.ofMillis(500);

  private final Terminal terminal;
  private final Cancellation cancellation;
  private final Supplier<List<Source>> sources;
  private final VitalsHistory history = new VitalsHistory(Thresholds.standard());

  @Option(names = "--once", description = "Once, instead of again and again.")
  boolean once;

  @Option(names = "--json", description = "For programs, a line each time; see docs/json.md.")
  boolean json;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "How often, such as 500ms or 5s. Default: 1s.")
  Optional<Duration> interval = Optional.empty();

  @Option(
      names = "--prometheus",
      paramLabel = "FILE",
      description = "Writes the figures to FILE each time, for node_exporter's textfile collector.")
  Optional<Path> prometheus = Optional.empty();

  @Mixin HelpOption help = new HelpOption();

  TopCommand(Terminal terminal, Cancellation cancellation) {
    this(terminal, cancellation, TopCommand::ofMachine);
  }

  TopCommand(Terminal terminal, Cancellation cancellation, Supplier<List<Source>> sources) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.sources = sources;
  }

  private static List<Source> ofMachine() {
    return List.of(NvmlSource.ofMachine(), new DrmSource(Path.of("/")));
  }

  @Override
  public Integer call() throws InterruptedException {
    Duration period = interval.orElse(Sampler.PERIOD);
    if (period.compareTo(SHORTEST) < 0) {
      throw new UsageException(
          "--interval",
          Times.taken(period) + " is shorter than drivers measure",
          "give 50ms or more");
    }
    try (Sampler sampler = new Sampler(sources.get(), InstantSource.system())) {
      return !once && !json && terminal.outIsTerminal()
          ? new TopView(terminal, cancellation, sampler, period, this::judge).run()
          : lines(sampler, period);
    }
  }

  /** Without a terminal a view would be read by nobody; only the file goes on being written. */
  private boolean goesOn() {
    return !once && (json || prometheus.isPresent());
  }

  private int lines(Sampler sampler, Duration period) throws InterruptedException {
    if (sampler.needsTwoSamples()) {
      Snapshot _ = sampler.sample();
      Thread.sleep(BETWEEN_TWO);
    }
    Snapshot[] last = new Snapshot[1];
    sampler.run(
        period,
        snapshot -> {
          last[0] = snapshot;
          print(judge(snapshot));
        },
        () -> !goesOn() || cancellation.isCancelled() || terminal.out().checkError());
    return cancellation.isCancelled() ? ExitCode.INTERRUPTED.value() : exit(last[0]).value();
  }

  /** Judges it by those before too, and writes the file. */
  private Judged judge(Snapshot snapshot) {
    Judged judged = history.add(snapshot);
    prometheus.ifPresent(file ->
        MetricsFile.write(
            PrometheusText.of(snapshot, gpu -> judged.of(gpu).level().number()), file));
    return judged;
  }

  private void print(Judged judged) {
    if (json) {
      terminal.out().println(TopJson.line(judged));
    } else if (prometheus.isEmpty()) {
      terminal.out().print(TopText.page(judged));
    }
    terminal.out().flush();
  }

  /** A machine without a GPU cannot do what was asked. */
  static ExitCode exit(Snapshot snapshot) {
    if (snapshot.gpus().isEmpty()) {
      return ExitCode.UNSUPPORTED;
    }
    return snapshot.gpus().stream().anyMatch(gpu -> !gpu.isUp()) ? ExitCode.HOST : ExitCode.DONE;
  }
}
