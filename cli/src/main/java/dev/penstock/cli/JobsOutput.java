package dev.penstock.cli;

import dev.penstock.node.http.JobView;
import java.util.List;
import java.util.stream.Collectors;

/** Jobs of a daemon, for people and for programs. */
final class JobsOutput {
  private JobsOutput() {}

  static int show(JobView job, boolean json, Terminal terminal) {
    terminal.out().println(json ? Json.pretty(job) : line(job));
    return ExitCode.DONE.value();
  }

  static int list(List<JobView> jobs, boolean json, Terminal terminal) {
    if (json) {
      terminal.out().println(Json.pretty(jobs));
    } else {
      jobs.forEach(job -> terminal.out().println(line(job)));
    }
    return ExitCode.DONE.value();
  }

  /** A job that has ended, with the code that the same work would have ended with here. */
  static int ended(JobView job, boolean json, Terminal terminal) {
    int _ = show(job, json, terminal);
    return switch (job.state()) {
      case "done" -> ExitCode.DONE.value();
      case "cancelled" -> ExitCode.INTERRUPTED.value();
      default ->
          job.failure()
              .map(failure -> ExitCode.of(failure.toFailure()))
              .orElse(ExitCode.BUG)
              .value();
    };
  }

  private static String line(JobView job) {
    String labels =
        job.labels().entrySet().stream()
            .sorted(java.util.Map.Entry.comparingByKey())
            .map(each -> each.getKey() + "=" + each.getValue())
            .collect(Collectors.joining(" "));
    String failure =
        job.failure().map(each -> "; " + each.subject() + ": " + each.problem()).orElse("");
    return Terminal.harmless(
        job.id()
            + "  "
            + job.state()
            + "  "
            + job.jobClass().label()
            + " "
            + job.priority()
            + (labels.isEmpty() ? "" : "  " + labels)
            + failure);
  }
}
