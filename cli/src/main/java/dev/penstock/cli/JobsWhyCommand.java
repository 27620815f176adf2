package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.JobDetails;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code penstock jobs why}. */
@Command(
    name = "why",
    sortOptions = false,
    description = "Says why a job of the daemon is where it is, or what it waits for.")
final class JobsWhyCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job, as submit printed it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  JobsWhyCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      JobDetails.Why why = client.why(id);
      if (server.json) {
        terminal.out().println(Json.pretty(why));
      } else {
        terminal.out().print(text(id, why));
      }
      return ExitCode.DONE.value();
    }
  }

  static String text(String subject, JobDetails.Why why) {
    StringBuilder text = new StringBuilder(Terminal.harmless(subject + " " + why.summary()) + "\n");
    why.reasons()
        .forEach(each ->
            text.append("  " + Terminal.harmless(each.subject() + ": " + each.text()) + "\n"));
    return text.toString();
  }
}
