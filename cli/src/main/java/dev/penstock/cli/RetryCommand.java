package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code penstock retry}. */
@Command(
    name = "retry",
    sortOptions = false,
    description = "Asks for a job again that failed, was cancelled or was set aside.")
final class RetryCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job, as submit printed it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  RetryCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      return JobsOutput.show(client.retry(id), server.json, terminal);
    }
  }
}
