package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.node.http.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code penstock watch}. */
@Command(
    name = "watch",
    sortOptions = false,
    description = {
      "Shows how a job of the daemon goes until its end, and exits as the same work here would",
      "have. The job goes on when it is left."
    })
final class WatchCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(paramLabel = "ID", description = "The job, as submit printed it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  WatchCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      return new JobWait(client, terminal, server.json).until(id, cancellation);
    }
  }
}
