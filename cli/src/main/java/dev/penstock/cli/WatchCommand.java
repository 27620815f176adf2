package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code penstock watch}. */
@Command(
    name = "watch",
    sortOptions = false,
    description = "Waits for the end of a job, and exits as the same work here would have.")
final class WatchCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Parameters(paramLabel = "ID", description = "The job, as submit printed it.")
  String id = "";

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  WatchCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      return JobsOutput.ended(
          client.watch(
              id,
              event -> {
                if (!server.json) {
                  terminal.out().println(event.at() + "  " + event.kind());
                  terminal.flush();
                }
              }),
          server.json,
          terminal);
    }
  }
}
