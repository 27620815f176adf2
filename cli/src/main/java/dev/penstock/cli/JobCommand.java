package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.JobView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code penstock job}. */
@Command(
    name = "job",
    sortOptions = false,
    description = "Shows a job of the daemon: its state, how far it is, and why it is there.")
final class JobCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job, as submit printed it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  JobCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      JobView job = client.job(id);
      int code = JobsOutput.show(job, server.json, terminal);
      if (!server.json) {
        terminal.out().print(JobsWhyCommand.text("  it", client.why(id)));
        job.progress().ifPresent(this::progress);
        if (job.hasReport()) {
          receipt(client.report(id));
        }
        events(client.get("/v1/jobs/" + id + "/events").path("events"));
      }
      return code;
    }
  }

  private void progress(JobDetails.Progress progress) {
    terminal.out().println("  " + brief(progress));
    progress
        .rungs()
        .forEach(rung ->
            terminal
                .out()
                .println(
                    "    "
                        + Terminal.harmless(rung.name())
                        + "  "
                        + Amounts.decimals(100 * rung.fraction(), 1)
                        + "%"));
  }

  /** Without its rungs, which have lines of their own. */
  private static String brief(JobDetails.Progress progress) {
    List<String> parts = new ArrayList<>(ProgressLine.parts(progress, Instant.now()));
    parts.removeLast();
    return ProgressLine.whole(parts).strip();
  }

  private void receipt(JsonNode report) {
    for (JsonNode output : report.path("outputs")) {
      terminal
          .out()
          .println(
              "  wrote "
                  + Terminal.harmless(output.path("source").asString(""))
                  + ", "
                  + Amounts.bytes(output.path("bytes").asLong(0)));
    }
    for (JsonNode warning : report.path("warnings")) {
      terminal.out().println("  warning: " + Terminal.oneLine(warning.asString("")));
    }
  }

  private void events(JsonNode events) {
    for (JsonNode event : events) {
      terminal
          .out()
          .println(
              Terminal.harmless(
                  "  " + event.path("at").asString("") + "  " + event.path("kind").asString("")));
    }
  }
}
