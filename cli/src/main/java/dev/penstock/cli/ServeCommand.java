package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.check.Check;
import dev.penstock.hardware.check.Checks;
import dev.penstock.hardware.check.Examination;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.DrmSource;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Finding;
import dev.penstock.node.Node;
import dev.penstock.node.Notify;
import dev.penstock.node.config.Config;
import dev.penstock.node.http.Doctor;
import dev.penstock.node.log.Log;
import dev.penstock.node.log.LogSettings;
import dev.penstock.node.worker.Launch;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
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
      "and goes on with them when it is started again. Listens on this machine alone, unless it is",
      "told otherwise and has tokens. SIGHUP has it read its configuration again; Ctrl-C ends it.",
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
  private static final int AS_CONFIGURED = -1;
  private static final int MOST_PORTS = 65_535;
  private static final Logger LOG = Logger.getLogger(ServeCommand.class.getName());

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--address",
      paramLabel = "ADDRESS",
      description = "Where it listens; others than loopback take tokens; default: 127.0.0.1.")
  @Nullable String address;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Where it listens; 0 for any that is free; default: 8470.")
  int port = AS_CONFIGURED;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      description =
          "Jobs read and write below it alone; may be given several times; default: wherever the"
              + " user may.")
  List<Path> roots = List.of();

  @Option(
      names = "--print-config",
      description = "Print a configuration with all keys and what holds without it, and end.")
  boolean printConfig;

  @Option(names = "--verbose", description = "Show what workers and libraries say.")
  boolean verbose;

  @Mixin HelpOption help = new HelpOption();

  ServeCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (printConfig) {
      terminal.out().print(Config.defaults());
      return ExitCode.DONE.value();
    }
    Config config = told(options.read());
    Path folder = config.data().orElseThrow();
    Node.Settings settings = new Node.Settings(folder, config, Version.current());
    try (Log log = Log.open(config.logs(), this::print);
        Node node = Node.open(settings, given(), InstantSource.system());
        Notify systemd = Notify.ofThisProcess(LOG::info)) {
      node.follow(next -> log.follow(next.logs()));
      boolean _ = Hangup.does(() -> reload(node, systemd));
      terminal.out().println("penstock: listens on " + node.url() + ", keeps jobs in " + folder);
      terminal.flush();
      systemd.ready("Listens on " + node.url());
      systemd.watch(node::isAlive);
      while (!cancellation.isCancelled()) {
        TimeUnit.MILLISECONDS.sleep(200);
        if (node.broken().isPresent()) {
          LOG.severe(
              "ends, as jobs are not looked after any more; they are kept: " + node.broken().get());
          return ExitCode.BUG.value();
        }
      }
      LOG.info(ending(node.runningJobs()));
    }
    return ExitCode.DONE.value();
  }

  private static String ending(int running) {
    return "ends, as it was told to"
        + (running == 0
            ? ""
            : "; jobs that run give way, and go on after the next start: " + running);
  }

  /** The command line goes before the file. */
  private Config told(Config read) {
    Config told = read;
    if (address != null) {
      told = told.withAddress(address);
    }
    if (port != AS_CONFIGURED) {
      if (port < 0 || port > MOST_PORTS) {
        throw new UsageException("--port", port + " is no port", "0 to " + MOST_PORTS);
      }
      told = told.withPort(port);
    }
    if (!roots.isEmpty()) {
      told = told.withRoots(roots.stream().map(Path::toAbsolutePath).toList());
    }
    return verbose ? told.withLevel(LogSettings.Level.DEBUG) : told;
  }

  /** What is wrong is in the log. */
  private static void reload(Node node, Notify systemd) {
    systemd.reloading();
    try {
      Object _ = node.reload();
    } catch (RuntimeException e) {
      LOG.log(Level.FINE, "reload", e);
    } finally {
      systemd.ready("Listens on " + node.url());
    }
  }

  private Node.Given given() {
    List<Source> sources = List.of(NvmlSource.ofMachine(), new DrmSource(ROOT));
    return new Node.Given(
        new JobSpecs(),
        Launch.ofThisProgram(Launch.Limits.standard()),
        () -> Gpus.survey(LOG::fine),
        sources,
        ServeCommand::examine,
        LastExamination.find()
            .map(last ->
                new Doctor.Examination(Optional.of(last.at()), last.examination().findings())),
        () -> told(options.read()),
        LOG::info);
  }

  /** As {@code penstock doctor}, without trials: those can disturb jobs. Within half a minute. */
  private static List<Finding> examine() {
    List<Check> checks = Checks.ALL.stream().filter(check -> !check.active()).toList();
    Machine machine =
        new dev.penstock.hardware.check.Doctor(new Children(Map.of()))
            .look(checks, Users.named(null));
    Examination now = Examination.of(machine, checks::contains);
    Examination whole =
        LastExamination.find()
            .map(before -> now.completed(before.examination(), check -> !check.active()))
            .orElse(now);
    LastExamination.keep(whole, Instant.now()).ifPresent(LOG::warning);
    return whole.findings();
  }

  private void print(String line) {
    terminal.err().println(line);
    terminal.err().flush();
  }
}
