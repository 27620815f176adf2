package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.JobView;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

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
        JobDetails.Why why = client.why(id);
        terminal.out().println("  " + Terminal.harmless(why.summary()));
        why.reasons()
            .forEach(each ->
                terminal
                    .out()
                    .println("    " + Terminal.harmless(each.subject() + ": " + each.text())));
      }
      return code;
    }
  }
}
