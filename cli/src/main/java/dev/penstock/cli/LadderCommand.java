package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Report;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ladder}. */
@Command(
    name = "ladder",
    sortOptions = false,
    customSynopsis = "penstock ladder IN FOLDER [OPTIONS]",
    description = {
      "Makes several renditions of IN, decoding it once. Without options: the usual sizes that IN"
          + " fills, as MP4 files with the same key frames.",
      "FOLDER appears when all of it is complete; a run that was ended is gone on with by the next."
    },
    footer = {
      "",
      "Examples:",
      "  penstock ladder in.mkv out",
      "  penstock ladder in.mkv out --rungs 1080p:5M,720p:2.8M,480p:1.4M --preset p5",
      "  penstock ladder in.mkv out --codecs h264,hevc --audio aac:128k,opus:96k",
      "  penstock ladder in.mkv out --dry-run",
      "",
      "Exit codes: penstock --help."
    })
final class LadderCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(index = "0", paramLabel = "IN", description = "What to read: a file or a URL.")
  String input = "";

  @Parameters(
      index = "1",
      paramLabel = "FOLDER",
      description = "The folder to make; it must not hold anything else.")
  String folder = "";

  @Mixin LadderOptions ladder = new LadderOptions();

  @Option(names = "--dry-run", description = "Say what would be done and why; write nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: for programs; see docs/json.md.")
  boolean json;

  @Mixin TranscodeCommand.Output output = new TranscodeCommand.Output();

  @Mixin WorkOptions work = new WorkOptions();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  LadderCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    if (json && !dryRun) {
      throw new UsageException("--json", "is for --dry-run", "use --report or --progress json");
    }
    LadderSpec spec = spec();
    return dryRun ? plan(spec) : run(spec);
  }

  private LadderSpec spec() {
    if (input.isEmpty() || folder.isEmpty()) {
      throw new UsageException(input.isEmpty() ? "IN" : "FOLDER", "is empty", "name one");
    }
    try {
      Path _ = Path.of(folder);
    } catch (InvalidPathException e) {
      throw new UsageException(folder, "is not a folder name: " + e.getReason(), "name a folder");
    }
    return ladder.spec(input, folder);
  }

  private int plan(LadderSpec spec) {
    Flow flow = new Flow(open.reading(terminal), cancellation);
    try (Input opened = flow.open(spec)) {
      var planned = flow.plan(spec, opened);
      terminal
          .out()
          .print(json ? Json.pretty(planned) + "\n" : Terminal.harmless(PlanText.of(planned)));
    }
    return ExitCode.DONE.value();
  }

  private int run(LadderSpec spec) {
    Display display = Displays.of(output.progress, terminal);
    ExitCode exit;
    try {
      Flow flow = new Flow(open.reading(display::log), cancellation);
      Engine.Options options =
          new Engine.Options(
              output.overwrite,
              work.laneCount(),
              Optional.ofNullable(work.folder),
              display::progress,
              open.log(display::log));
      exit = shown(flow.execute(spec, options), display);
    } catch (RuntimeException | Error e) {
      exit = failed(e, display);
    }
    return exit.value();
  }

  private ExitCode shown(Outcome outcome, Display display) {
    return switch (outcome) {
      case Outcome.Done done -> done(done.report(), display);
      case Outcome.Uncuttable uncuttable ->
          throw new IllegalStateException("cut although told not to: " + uncuttable.why());
      case Outcome.Failed failed -> display.failed(List.of(Complaint.of(failed.failure())));
      case Outcome.Cancelled _ -> {
        display.interrupted(folder);
        yield ExitCode.INTERRUPTED;
      }
    };
  }

  private ExitCode done(Report report, Display display) {
    display.done(report);
    if (output.report == null) {
      return ExitCode.DONE;
    }
    try {
      Json.write(report, output.report);
      return ExitCode.DONE;
    } catch (IOException e) {
      return display.failed(List.of(TranscodeCommand.reportLost(output.report, e)));
    }
  }

  private ExitCode failed(Throwable thrown, Display display) {
    if (cancellation.isCancelled()) {
      display.interrupted(folder);
      return ExitCode.INTERRUPTED;
    }
    ExitCode exit = display.failed(Complaint.of(thrown, List.of(input, folder)));
    if (open.verbose) {
      thrown.printStackTrace(terminal.err());
    }
    return exit;
  }
}
