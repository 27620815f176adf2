package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code penstock cancel}. */
@Command(
    name = "cancel",
    sortOptions = false,
    description = "Ends a job of the daemon. What it has finished of it is thrown away.")
final class CancelCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job, as submit printed it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  CancelCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      return JobsOutput.show(client.cancel(id), server.json, terminal);
    }
  }
}
