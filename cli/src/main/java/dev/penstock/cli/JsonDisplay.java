package dev.penstock.cli;

import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import java.util.List;
import java.util.Optional;

/** For programs: one JSON object a line on standard error, and nothing else there. */
final class JsonDisplay implements Display {
  private final Terminal terminal;

  JsonDisplay(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public void progress(Progress progress) {
    print(new JsonEvent.Running(progress));
  }

  @Override
  public void measuring(double done) {
    print(new JsonEvent.Measuring(done));
  }

  @Override
  public void measured() {}

  @Override
  public void log(String line) {
    print(new JsonEvent.Log(line.stripTrailing()));
  }

  @Override
  public void done(Report report) {
    print(new JsonEvent.Done(report));
    terminal.out().print(Terminal.harmless(ReportText.of(report)));
    terminal.out().flush();
  }

  @Override
  public ExitCode failed(List<Complaint> complaints) {
    ExitCode exit = complaints.isEmpty() ? ExitCode.FAILED : complaints.getFirst().exitCode();
    print(new JsonEvent.Failed(exit, complaints));
    return exit;
  }

  @Override
  public void interrupted(String output, Optional<String> kept) {
    print(new JsonEvent.Interrupted(output, kept));
  }

  private synchronized void print(JsonEvent event) {
    terminal.err().println(Json.line(event));
    terminal.err().flush();
  }
}
