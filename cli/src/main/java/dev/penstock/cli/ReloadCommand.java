package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.Reload;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code penstock reload}. */
@Command(
    name = "reload",
    sortOptions = false,
    description = {
      "Has the daemon read its configuration again; jobs go on. Where it cannot be followed, all",
      "stays as it was.",
    })
final class ReloadCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  ReloadCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      Reload.Reloaded now = client.reload();
      if (server.json) {
        terminal.out().println(Json.pretty(now));
        return ExitCode.DONE.value();
      }
      if (now.changed().isEmpty() && now.restart().isEmpty()) {
        terminal.out().println("nothing changed");
      }
      now.changed().forEach(key -> terminal.out().println(key + " changed"));
      now.restart().forEach(key -> terminal.out().println(key + " needs a restart"));
      return ExitCode.DONE.value();
    }
  }
}
