package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock health}: what containers ask, where there is no other client. */
@Command(
    name = "health",
    sortOptions = false,
    description = {
      "Asks the daemon whether it answers, and ends with 0 when it does. Needs no token.",
    },
    footer = {"", "Exit codes: penstock --help."})
final class HealthCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  HealthCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private record Health(String health) {}

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      String answer = client.health();
      terminal.out().println(server.json ? Json.pretty(new Health(answer)) : answer);
      return ExitCode.DONE.value();
    }
  }
}
