package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock events}. */
@Command(
    name = "events",
    sortOptions = false,
    description = "Shows what happens on the daemon, as it happens. Ctrl-C ends it.")
final class EventsCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--job",
      paramLabel = "ID",
      description = "Of this job alone, from its beginning.")
  @Nullable String job;

  @Option(names = "--after", paramLabel = "N", description = "Those after this one first.")
  @Nullable Long after;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  EventsCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      client.events(
          Optional.ofNullable(job),
          Optional.ofNullable(after),
          event -> {
            terminal
                .out()
                .println(
                    server.json
                        ? Json.line(event)
                        : event.at() + "  " + event.kind() + "  " + event.job().orElse(""));
            terminal.flush();
            return true;
          });
      return ExitCode.DONE.value();
    }
  }
}
