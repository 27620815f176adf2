package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock transcode}. */
@Command(
    name = "transcode",
    sortOptions = false,
    customSynopsis = "penstock transcode IN OUT [OPTIONS]",
    description = {
      "Makes OUT from IN. Without options: H.264 and AAC where the tracks are not already what the"
          + " container plays, the size, timing, colour and rotation kept.",
      "OUT appears when it is complete; otherwise nothing is left behind."
    },
    footer = {
      "",
      "Examples:",
      "  penstock transcode in.mkv out.mp4",
      "  penstock transcode in.mov out.mp4 --codec hevc --preset p6 --quality 22",
      "  penstock transcode in.ts out.mp4 --size 720p --bitrate 3M --gop 2s --audio aac:128k",
      "  penstock transcode in.mkv out.mkv --codec copy --audio opus:96k --loudness -23LUFS",
      "  penstock transcode in.mp4 cut.mp4 --start 1m30s --duration 20s --report cut.json",
      "",
      "Exit codes: penstock --help."
    })
final class TranscodeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Mixin JobOptions job = new JobOptions();

  @Heading("Output")
  static final class Output {
    @Option(names = "--overwrite", description = "Replace OUT, and the report, if they exist.")
    boolean overwrite;

    @Option(
        names = "--report",
        paramLabel = "FILE",
        description = "Write the whole report as JSON; see docs/json.md.")
    @Nullable Path report;

    @Option(
        names = "--progress",
        paramLabel = "STYLE",
        completionCandidates = Words.ProgressStyles.class,
        description =
            "On standard error: auto (default: one moving line on a terminal, otherwise plain),"
                + " plain (a line every 5 s), json (an object a line), none.")
    ProgressStyle progress = ProgressStyle.AUTO;
  }

  enum ProgressStyle {
    AUTO,
    PLAIN,
    JSON,
    NONE
  }

  @Mixin Output output = new Output();

  @Mixin WorkOptions work = new WorkOptions();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  TranscodeCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    Display display = display();
    ExitCode exit;
    try {
      exit = run(display);
    } catch (RuntimeException | Error e) {
      exit = failed(e, display);
    }
    return exit.value();
  }

  private ExitCode run(Display display) {
    JobSpec spec = job.spec();
    checkOutput();
    if (output.report == null) {
      return shown(execute(spec, display), display, Optional.empty());
    }
    checkReport(output.report);
    try (ReportTarget report = ReportTarget.open(output.report, output.overwrite)) {
      return shown(execute(spec, display), display, Optional.of(report));
    }
  }

  private Outcome execute(JobSpec spec, Display display) {
    Flow flow = new Flow(open.reading(display::log), cancellation);
    Engine.Options options =
        new Engine.Options(
            output.overwrite,
            work.laneCount(),
            Optional.ofNullable(work.folder),
            display::progress,
            open.log(display::log));
    return flow.execute(spec, options);
  }

  /** What would otherwise only be found once the input is open. */
  private void checkOutput() {
    if (!output.overwrite && Files.exists(Path.of(job.output), LinkOption.NOFOLLOW_LINKS)) {
      throw existing(job.output);
    }
  }

  static UsageException existing(String file) {
    return new UsageException(
        file, "exists already", "give --overwrite to replace it, or choose another name");
  }

  private void checkReport(Path report) {
    if (JobOptions.isSame(job.input, report)
        || JobOptions.isSame(job.output, report)
        || real(report).equals(real(Path.of(job.output)))) {
      throw new UsageException(
          "--report", report + " is the input or the output, which would be lost", "name another");
    }
  }

  /** Through links among the folders: neither file need be there. */
  private static Path real(Path file) {
    Path folder = ReportTarget.folder(file);
    try {
      return folder.toRealPath().resolve(file.getFileName());
    } catch (IOException _) {
      return file.toAbsolutePath().normalize();
    }
  }

  private ExitCode shown(Outcome outcome, Display display, Optional<ReportTarget> report) {
    return switch (outcome) {
      case Outcome.Done done -> {
        display.done(done.report());
        report.ifPresent(target -> target.write(done.report()));
        yield ExitCode.DONE;
      }
      case Outcome.Uncuttable uncuttable ->
          throw new IllegalStateException("cut although told not to: " + uncuttable.why());
      case Outcome.Failed failed -> display.failed(List.of(Complaint.of(failed.failure())));
      case Outcome.Cancelled _ -> {
        display.interrupted(job.output);
        yield ExitCode.INTERRUPTED;
      }
    };
  }

  private ExitCode failed(Throwable thrown, Display display) {
    if (cancellation.isCancelled()) {
      display.interrupted(job.output);
      return ExitCode.INTERRUPTED;
    }
    ExitCode exit = display.failed(Complaint.of(thrown, List.of(job.input, job.output)));
    if (open.verbose) {
      terminal.err().print(Secrets.hidden(thrown));
    }
    return exit;
  }

  private Display display() {
    return switch (output.progress) {
      case JSON -> new JsonDisplay(terminal);
      case PLAIN -> new TextDisplay(terminal, TextDisplay.Style.PLAIN);
      case NONE -> new TextDisplay(terminal, TextDisplay.Style.NONE);
      case AUTO ->
          new TextDisplay(
              terminal,
              terminal.errIsTerminal() ? TextDisplay.Style.LIVE : TextDisplay.Style.PLAIN);
    };
  }
}
