package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.Drain;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock undrain}. */
@Command(name = "undrain", sortOptions = false, description = "Has the daemon begin jobs again.")
final class UndrainCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(names = "--device", paramLabel = "KEY", description = "Of this device alone.")
  @Nullable String device;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  UndrainCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      Drain.Drained now = client.undrain(Optional.ofNullable(device));
      terminal.out().println(server.json ? Json.pretty(now) : now.running() + " jobs run");
      return ExitCode.DONE.value();
    }
  }
}
