package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** Shows how a job of a daemon goes, as {@code transcode} shows its own, until its end. */
final class JobWait {
  private static final Duration FIRST_LOOK = Duration.ofMillis(50);
  private static final Duration LOOK = Duration.ofMillis(500);

  private final Client client;
  private final Terminal terminal;
  private final boolean json;
  private final TextDisplay display;
  private final Instant began = Instant.now();
  private String stood = "";
  private Duration pause = FIRST_LOOK;

  /**
   * @param json shows nothing until the end
   */
  JobWait(Client client, Terminal terminal, boolean json) {
    this.client = client;
    this.terminal = terminal;
    this.json = json;
    TextDisplay.Style shown =
        terminal.errIsTerminal() ? TextDisplay.Style.LIVE : TextDisplay.Style.PLAIN;
    display = new TextDisplay(terminal, json ? TextDisplay.Style.NONE : shown);
  }

  /** The exit code that the same work would have had here; the job goes on when it is left. */
  int until(String id, Cancellation cancellation) {
    JobView job = client.job(id);
    while (!job.hasEnded() && !cancellation.isCancelled()) {
      if (!json) {
        show(job);
      }
      pause();
      job = client.job(id);
    }
    display.measured();
    if (!job.hasEnded()) {
      terminal
          .err()
          .println("penstock: job " + id + " goes on; penstock cancel " + id + " ends it");
      return ExitCode.INTERRUPTED.value();
    }
    return ended(job);
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    Duration longer = pause.multipliedBy(2);
    pause = longer.compareTo(LOOK) < 0 ? longer : LOOK;
  }

  private void show(JobView job) {
    Duration elapsed = Duration.between(began, Instant.now());
    String state = job.state() + job.attempts();
    boolean isNew = !state.equals(stood);
    stood = state;
    if (isNew || job.progress().isEmpty() || !job.state().equals("running")) {
      display.standing(Terminal.oneLine(job.state() + more(job)), elapsed, isNew);
    }
    job.progress()
        .filter(_ -> job.state().equals("running"))
        .ifPresent(progress ->
            display.going(
                ProgressLine.parts(progress, Instant.now()), elapsed, progress.warnings()));
  }

  private String more(JobView job) {
    if (job.state().equals("running")) {
      return job.gpus().isEmpty() ? " in software" : " on " + String.join(", ", job.gpus());
    }
    JobDetails.Why why = client.why(job.id());
    return ": "
        + why.reasons().stream()
            .findFirst()
            .map(each -> each.subject() + ": " + each.text())
            .orElse(why.summary());
  }

  private int ended(JobView job) {
    if (json) {
      return JobsOutput.ended(job, true, terminal);
    }
    return switch (job.state()) {
      case "done" -> {
        receipt(job);
        yield ExitCode.DONE.value();
      }
      case "cancelled" -> {
        terminal
            .err()
            .println(
                Terminal.oneLine(
                    "penstock: job "
                        + job.id()
                        + " was cancelled"
                        + job.by().map(by -> " by " + by).orElse("")));
        yield ExitCode.INTERRUPTED.value();
      }
      default ->
          job.failure()
              .map(failure -> display.failed(List.of(Complaint.of(failure.toFailure()))).value())
              .orElseGet(() -> JobsOutput.ended(job, false, terminal));
    };
  }

  private void receipt(JobView job) {
    JsonNode report = client.report(job.id());
    String text = report.path("text").asString("");
    if (text.isEmpty()) {
      int _ = JobsOutput.show(job, false, terminal);
    } else {
      terminal.out().print(Terminal.harmless(text));
      terminal.flush();
    }
  }
}
