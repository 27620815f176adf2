package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.DrmSource;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.node.Node;
import dev.penstock.node.http.HttpSettings;
import dev.penstock.node.http.Roots;
import dev.penstock.node.worker.Launch;
import dev.penstock.planner.admission.Policy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock serve}. */
@Command(
    name = "serve",
    sortOptions = false,
    description = {
      "Does the jobs that are submitted to it, one after the other or side by side as there is room,",
      "and goes on with them when it is started again. Listens on this machine alone. Ctrl-C ends it.",
    },
    footer = {
      "",
      "Examples:",
      "  penstock serve",
      "  penstock serve --data /var/lib/penstock --port 9000",
      "  penstock submit in.mkv out.mp4",
      "",
      "Exit codes: penstock --help."
    })
final class ServeCommand implements Callable<Integer> {
  private static final Path ROOT = Path.of("/");

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where jobs and their segments are kept; default: a folder of the user's state.")
  @Nullable Path data;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Where it listens; 0 for any that is free; default: 8470.")
  int port = HttpSettings.PORT;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Jobs read and write below it alone; may be given several times; default: wherever the"
              + " user may.")
  List<Path> roots = List.of();

  @Option(names = "--verbose", description = "Show what workers and libraries say.")
  boolean verbose;

  @Mixin HelpOption help = new HelpOption();

  ServeCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() throws InterruptedException {
    Path folder = Optional.ofNullable(data).orElseGet(ServeCommand::usual);
    List<Path> within = roots.isEmpty() ? List.of(ROOT) : roots;
    HttpSettings http =
        HttpSettings.loopback(
            port, new Roots(within, within, Set.of("http", "https")), Version.current());
    Node.Settings settings =
        new Node.Settings(folder, http, Policy.STANDARD, Math.max(1, processors() / 2));
    try (Node node = Node.open(settings, given(), InstantSource.system())) {
      terminal.out().println("penstock: listens on " + node.url() + ", keeps jobs in " + folder);
      terminal.flush();
      while (!cancellation.isCancelled()) {
        TimeUnit.MILLISECONDS.sleep(200);
        if (node.broken().isPresent()) {
          log("ends, as jobs are not looked after any more; they are kept: " + node.broken().get());
          return ExitCode.BUG.value();
        }
      }
    }
    return ExitCode.DONE.value();
  }

  private static int processors() {
    return Runtime.getRuntime().availableProcessors();
  }

  private Node.Given given() {
    List<Source> sources = List.of(NvmlSource.ofMachine(), new DrmSource(ROOT));
    return new Node.Given(
        new JobSpecs(),
        Launch.ofThisProgram(Launch.Limits.standard()),
        Gpus.ofThisMachine(this::log).get().devices(),
        sources,
        () -> LastExamination.find().map(last -> last.examination().findings()).orElse(List.of()),
        verbose,
        this::log);
  }

  private void log(String line) {
    terminal.err().println("penstock: " + Terminal.harmless(line));
    terminal.flush();
  }

  static Path usual() {
    return Folders.state(System.getenv())
        .map(state -> state.resolve("node"))
        .orElseThrow(() ->
            new UsageException(
                "--data", "there is no folder for the user's state", "name a folder with --data"));
  }
}
