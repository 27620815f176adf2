package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.model.Failure;
import dev.penstock.model.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Runs a job for a command: shows how it goes and how it ends, and writes its report. */
final class JobRun {
  private final Terminal terminal;
  private final Cancellation cancellation;
  private final OutputOptions output;
  private final WorkOptions work;
  private final OpenOptions open;
  private final String source;
  private final String target;

  /** What the command does, once it is clear how. */
  interface Job {
    Outcome execute(Flow flow, Engine.Options options);
  }

  /**
   * @param source what the user named as the input
   * @param target and as the output
   */
  JobRun(
      Terminal terminal,
      Cancellation cancellation,
      OutputOptions output,
      WorkOptions work,
      OpenOptions open,
      String source,
      String target) {
    this.terminal = terminal;
    this.cancellation = cancellation;
    this.output = output;
    this.work = work;
    this.open = open;
    this.source = source;
    this.target = target;
  }

  /** Runs it to its exit code. */
  int run(Job job) {
    Display display = Displays.of(output.progress, terminal);
    ExitCode exit;
    try {
      exit = run(job, display);
    } catch (RuntimeException | Error e) {
      exit = failed(e, display);
    }
    return exit.value();
  }

  private ExitCode run(Job job, Display display) {
    if (output.report == null) {
      return shown(execute(job, display), display, Optional.empty());
    }
    checkReport(output.report);
    try (ReportTarget report = ReportTarget.open(output.report, output.overwrite)) {
      return shown(execute(job, display), display, Optional.of(report));
    }
  }

  private Outcome execute(Job job, Display display) {
    Flow flow =
        new Flow(
            open.reading(display::log),
            cancellation,
            display::measuring,
            work.resultCache(),
            Gpus.ofThisMachine(display::log));
    Engine.Options options =
        new Engine.Options(
            output.overwrite,
            work.laneCount(),
            Optional.ofNullable(work.folder),
            output.verify,
            display::progress,
            open.log(display::log));
    return job.execute(
        flow,
        Folders.stateOfMachine(System.getenv())
            .map(Engine.Sessions::in)
            .map(options::withSessions)
            .orElse(options));
  }

  private void checkReport(Path report) {
    Path real = real(report);
    if (JobOptions.isSame(source, report)
        || JobOptions.isSame(target, report)
        || real.startsWith(real(Path.of(target)))) {
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
      case Outcome.Failed failed -> {
        if (failed.failure() instanceof Failure.WrongOutput wrong) {
          report.ifPresent(target -> target.write(wrong.report()));
        }
        yield display.failed(List.of(Complaint.of(failed.failure())));
      }
      case Outcome.Cancelled(Optional<String> kept) -> {
        display.interrupted(target, kept);
        yield ExitCode.INTERRUPTED;
      }
    };
  }

  private ExitCode failed(Throwable thrown, Display display) {
    if (cancellation.isCancelled()) {
      display.interrupted(target, Optional.empty());
      return ExitCode.INTERRUPTED;
    }
    ExitCode exit = display.failed(Complaint.of(thrown, List.of(source, target)));
    if (open.verbose) {
      terminal.err().print(Secrets.hidden(thrown));
    }
    return exit;
  }
}
