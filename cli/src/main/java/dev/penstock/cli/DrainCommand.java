package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.Drain;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock drain}. */
@Command(
    name = "drain",
    sortOptions = false,
    description = "Has the daemon begin nothing new; what runs goes on to its end.")
final class DrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--device", paramLabel = "KEY", description = "Of this device alone.")
  @Nullable String device;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  DrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      Drain.Drained now = client.drain(Optional.ofNullable(device));
      terminal.out().println(server.json ? Json.pretty(now) : now.running() + " jobs still run");
      return ExitCode.DONE.value();
    }
  }
}
