package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.JobView;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Shows how a job of a daemon goes, as {@code transcode} shows its own, until its end. */
final class JobWait {
  private static final Duration LOOK = Duration.ofMillis(500);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);
  private static final String ERASE_LINE = "\r\033[K";

  private final Client client;
  private final Terminal terminal;
  private final boolean json;
  private String said = "";
  private Instant saidAt = Instant.EPOCH;

  /**
   * @param json shows nothing until the end
   */
  JobWait(Client client, Terminal terminal, boolean json) {
    this.client = client;
    this.terminal = terminal;
    this.json = json;
  }

  /** The exit code that the same work would have had here; the job goes on when it is left. */
  int until(String id, Cancellation cancellation) {
    JobView job = client.job(id);
    while (!job.hasEnded() && !cancellation.isCancelled()) {
      show(job);
      pause();
      job = client.job(id);
    }
    erase();
    if (!job.hasEnded()) {
      terminal
          .err()
          .println("penstock: job " + id + " goes on; penstock cancel " + id + " ends it");
      return ExitCode.INTERRUPTED.value();
    }
    return JobsOutput.ended(job, json, terminal);
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK.toMillis());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void show(JobView job) {
    if (json) {
      return;
    }
    String line = line(job);
    if (terminal.errIsTerminal()) {
      String fitting = line.substring(0, Math.min(line.length(), terminal.width() - 1));
      terminal.err().print(ERASE_LINE + fitting);
      terminal.err().flush();
    } else {
      print(line, job);
    }
  }

  /** A new state at once, how far it is every few seconds. */
  private void print(String line, JobView job) {
    Instant now = Instant.now();
    String state = job.state() + job.attempts();
    if (!state.equals(said) || now.isAfter(saidAt.plus(BETWEEN_LINES))) {
      said = state;
      saidAt = now;
      terminal.err().println(line);
      terminal.err().flush();
    }
  }

  private void erase() {
    if (!json && terminal.errIsTerminal()) {
      terminal.err().print(ERASE_LINE);
      terminal.err().flush();
    }
  }

  private String line(JobView job) {
    return job.progress()
        .filter(_ -> job.state().equals("running"))
        .map(JobWait::line)
        .orElseGet(() -> Terminal.oneLine(job.state() + waits(job)));
  }

  private String waits(JobView job) {
    if (job.state().equals("running")) {
      return "";
    }
    JobDetails.Why why = client.why(job.id());
    return ": "
        + why.reasons().stream()
            .findFirst()
            .map(each -> each.subject() + ": " + each.text())
            .orElse(why.summary());
  }

  /** As {@link ProgressLine}, and the latest it may be done. */
  static String line(JobDetails.Progress progress) {
    String percent = Amounts.decimals(100 * progress.fraction(), 1) + "%";
    StringBuilder line = new StringBuilder(" ".repeat(Math.max(0, 6 - percent.length())) + percent);
    progress.speed().ifPresent(speed -> line.append("  " + Amounts.decimals(speed, 2) + "x"));
    eta(progress).ifPresent(eta -> line.append("  ETA " + eta));
    return line.toString();
  }

  static Optional<String> eta(JobDetails.Progress progress) {
    Instant now = Instant.now();
    return progress
        .soonest()
        .map(soonest ->
            left(now, soonest)
                + progress.latest().map(latest -> " to " + left(now, latest)).orElse(""));
  }

  private static String left(Instant now, Instant then) {
    Duration left = Duration.between(now, then);
    return Times.clock(left.isNegative() ? Duration.ZERO : left);
  }
}
