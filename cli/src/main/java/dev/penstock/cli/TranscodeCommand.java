package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Report;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
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
    @Option(names = "--overwrite", description = "Replace OUT if it exists.")
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
    Display display = Displays.of(output.progress, terminal);
    ExitCode exit;
    try {
      exit = shown(run(display), display);
    } catch (RuntimeException | Error e) {
      exit = failed(e, display);
    }
    return exit.value();
  }

  private Outcome run(Display display) {
    JobSpec spec = job.spec();
    checkOutput();
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

  /** What would otherwise only fail after all the work is done. */
  private void checkOutput() {
    if (!output.overwrite && Files.exists(Path.of(job.output))) {
      throw new UsageException(
          job.output, "exists already", "give --overwrite to replace it, or choose another name");
    }
    if (output.report != null) {
      checkReport(output.report);
    }
  }

  private void checkReport(Path report) {
    if (!Files.isDirectory(folder(report))) {
      throw new UsageException(
          "--report", folder(report) + " is not a folder", "create it, or name another");
    }
    if (Files.isDirectory(report)) {
      throw new UsageException("--report", report + " is a folder", "name a file in it");
    }
    if (JobOptions.isSame(job.input, report) || isOutput(report)) {
      throw new UsageException(
          "--report", report + " is the input or the output, which would be lost", "name another");
    }
  }

  private boolean isOutput(Path report) {
    return report
        .toAbsolutePath()
        .normalize()
        .equals(Path.of(job.output).toAbsolutePath().normalize());
  }

  private static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private ExitCode shown(Outcome outcome, Display display) {
    return switch (outcome) {
      case Outcome.Done done -> done(done.report(), display);
      case Outcome.Uncuttable uncuttable ->
          throw new IllegalStateException("cut although told not to: " + uncuttable.why());
      case Outcome.Failed failed -> display.failed(List.of(Complaint.of(failed.failure())));
      case Outcome.Cancelled _ -> {
        display.interrupted(job.output);
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
      return display.failed(List.of(reportLost(output.report, e)));
    }
  }

  static Complaint reportLost(Path file, IOException e) {
    return new Complaint(
        ExitCode.HOST,
        file.toString(),
        "the report could not be written; the output is complete",
        Optional.empty(),
        Optional.ofNullable(e instanceof FileSystemException f ? f.getReason() : e.getMessage()),
        Optional.empty(),
        Optional.of("check the folder's permissions and free space"));
  }

  private ExitCode failed(Throwable thrown, Display display) {
    if (cancellation.isCancelled()) {
      display.interrupted(job.output);
      return ExitCode.INTERRUPTED;
    }
    ExitCode exit = display.failed(Complaint.of(thrown, List.of(job.input, job.output)));
    if (open.verbose) {
      thrown.printStackTrace(terminal.err());
    }
    return exit;
  }
}
