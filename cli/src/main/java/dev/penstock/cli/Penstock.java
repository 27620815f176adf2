package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.node.log.LastingLogs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The {@code penstock} command: the composition root of the command line. */
@Command(
    name = "penstock",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    synopsisHeading = "Usage: ",
    synopsisSubcommandLabel = "COMMAND",
    description = "Transcodes video and says why it did what it did.",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%n",
    footer = {
      "Start with:",
      "  penstock demo                        makes a clip and transcodes it",
      "  penstock probe clip.mkv              what is in it",
      "  penstock plan clip.mkv clip.mp4      what would be done, and why",
      "  penstock transcode clip.mkv clip.mp4",
      "  penstock ladder clip.mkv folder      several renditions",
      "  penstock run job.yaml                what a job file says",
      "  penstock serve                       does jobs that are submitted to it",
      "  penstock compare clip.mkv clip.mp4   how the copy differs from its source",
    })
public final class Penstock {
  private static final Duration CLEAN_UP = Duration.ofSeconds(10);

  /** Of those that let jobs give way first. */
  private static final Duration CLEAN_UP_OF_JOBS = Duration.ofSeconds(45);

  private static final int HELP_WIDTH = 100;

  static final List<String> COMMANDS =
      List.of(
          "probe",
          "plan",
          "transcode",
          "ladder",
          "run",
          "compare",
          "doctor",
          "devices",
          "encoders",
          "top",
          "explain",
          "faults",
          "serve",
          "reload",
          "tokens",
          "submit",
          "jobs",
          "job",
          "cancel",
          "retry",
          "watch",
          "webhooks",
          "drain",
          "undrain",
          "events",
          "health",
          "bench",
          "demo",
          "lab",
          "completion",
          "train-aot",
          "worker");

  @Option(
      names = "--ffmpeg-libs",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      description =
          "Works with the shared libraries of an FFmpeg 8 in this folder instead of its own;"
              + " default: what PENSTOCK_FFMPEG_LIBS names.")
  @Nullable Path ffmpegLibs;

  private Penstock() {}

  public static void main(String[] args) {
    if (args.length == 1
        && (args[0].equals("--version") || args[0].equals("-V"))
        && OwnFfmpeg.ofEnvironment().isEmpty()) {
      // Scripts ask this often; it needs none of what follows.
      Version.lines().forEach(System.out::println);
      return;
    }
    if (args.length > 0 && args[0].equals("serve")) {
      System.setProperty(LastingLogs.PROPERTY, LastingLogs.class.getName());
    }
    Terminal terminal = Terminal.ofProcess();
    Interrupt interrupt =
        Interrupt.install(
            terminal,
            args.length > 0 && Set.of("serve", "worker", "lab").contains(args[0])
                ? CLEAN_UP_OF_JOBS
                : CLEAN_UP);
    int exit = unlessLost(run(terminal, interrupt.cancellation(), args), terminal);
    terminal.flush();
    interrupt.finished();
    System.exit(exit);
  }

  /** A result that could not be written is no success. A pipe whose reader had enough is one. */
  private static int unlessLost(int exit, Terminal terminal) {
    if (exit != ExitCode.DONE.value() || !terminal.out().checkError() || Posix.isPipe(1)) {
      return exit;
    }
    return Complaint.print(List.of(Complaint.lostOutput()), terminal).value();
  }

  /** One command from its words to its exit code. */
  static int run(Terminal terminal, Cancellation cancellation, String... args) {
    CommandLine line = commandLine(terminal, cancellation, needed(args));
    if (args.length == 0) {
      line.usage(terminal.err());
      return ExitCode.USAGE.value();
    }
    try {
      return line.execute(args);
    } catch (Error e) {
      // picocli passes these through; a missing native library is one.
      return new Mistakes(terminal, cancellation).answer(e, List.of(args), /* verbose= */ false);
    }
  }

  /** With all commands. */
  static CommandLine commandLine(Terminal terminal, Cancellation cancellation) {
    return commandLine(terminal, cancellation, COMMANDS);
  }

  /** Only the command that is asked for is built: reading the annotations of all takes a while. */
  private static List<String> needed(String[] args) {
    return args.length > 0 && COMMANDS.contains(args[0]) ? List.of(args[0]) : COMMANDS;
  }

  private static CommandLine commandLine(
      Terminal terminal, Cancellation cancellation, List<String> commands) {
    Penstock penstock = new Penstock();
    CommandLine line = new CommandLine(penstock);
    for (String command : commands) {
      CommandLine sub = new CommandLine(command(command, terminal, cancellation));
      // Codes to be explained may have a minus: MFX -9.
      sub.setUnmatchedOptionsArePositionalParams(command.equals("explain"));
      sub.getHelpSectionMap().put(OptionList.SECTION, new OptionList());
      below(command, terminal, cancellation)
          .forEach(each -> {
            CommandLine lower = new CommandLine(each);
            lower.getHelpSectionMap().put(OptionList.SECTION, new OptionList());
            sub.addSubcommand(lower);
          });
      line.addSubcommand(sub);
    }
    Values.register(line);
    line.getCommandSpec()
        .usageMessage()
        .exitCodeListHeading("%nExit codes:%n")
        .exitCodeList(ExitCode.meanings());
    Mistakes mistakes = new Mistakes(terminal, cancellation);
    return line.setOut(terminal.out())
        .setErr(terminal.err())
        .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setUsageHelpWidth(HELP_WIDTH)
        // @clip.mp4 is a file name, not a file of arguments.
        .setExpandAtFiles(false)
        .setExecutionStrategy(new OwnFfmpeg(() -> penstock.ffmpegLibs))
        .setParameterExceptionHandler(mistakes)
        .setExecutionExceptionHandler(mistakes);
  }

  private static List<Object> below(String command, Terminal terminal, Cancellation cancellation) {
    return switch (command) {
      case "submit" -> List.of(new SubmitLadderCommand(terminal, cancellation));
      case "jobs" -> List.of(new JobsWhyCommand(terminal));
      default -> List.of();
    };
  }

  private static Object command(String name, Terminal terminal, Cancellation cancellation) {
    return switch (name) {
      case "probe" -> new ProbeCommand(terminal, cancellation);
      case "plan" -> new PlanCommand(terminal, cancellation);
      case "transcode" -> new TranscodeCommand(terminal, cancellation);
      case "ladder" -> new LadderCommand(terminal, cancellation);
      case "run" -> new RunCommand(terminal, cancellation);
      case "compare" -> new CompareCommand(terminal, cancellation);
      case "doctor" -> new DoctorCommand(terminal, cancellation);
      case "devices" -> new DevicesCommand(terminal);
      case "encoders" -> new EncodersCommand(terminal, cancellation);
      case "top" -> new TopCommand(terminal, cancellation);
      case "explain" -> new ExplainCommand(terminal);
      case "faults" -> new FaultsCommand(terminal, cancellation);
      case "serve" -> new ServeCommand(terminal, cancellation);
      case "reload" -> new ReloadCommand(terminal);
      case "tokens" -> new TokensCommand(terminal);
      case "submit" -> new SubmitCommand(terminal, cancellation);
      case "jobs" -> new JobsCommand(terminal);
      case "job" -> new JobCommand(terminal);
      case "cancel" -> new CancelCommand(terminal);
      case "retry" -> new RetryCommand(terminal);
      case "watch" -> new WatchCommand(terminal, cancellation);
      case "webhooks" -> new WebhooksCommand(terminal);
      case "drain" -> new DrainCommand(terminal);
      case "undrain" -> new UndrainCommand(terminal);
      case "events" -> new EventsCommand(terminal);
      case "health" -> new HealthCommand(terminal);
      case "bench" -> new BenchCommand(terminal, cancellation);
      case "demo" -> new DemoCommand(terminal, cancellation);
      case "lab" -> new LabCommand(terminal, cancellation);
      case "completion" -> new CompletionCommand(terminal);
      case "train-aot" -> new TrainAotCommand(terminal, cancellation);
      case "worker" -> new WorkerCommand(cancellation);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
