package dev.penstock.cli;

import dev.penstock.node.http.Client;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code penstock webhooks}. */
@Command(
    name = "webhooks",
    sortOptions = false,
    description = "Lists the webhooks that the daemon gave up, with the reason, the newest first.")
final class WebhooksCommand implements Callable<Integer> {
  private final Terminal terminal;

  @Option(
      names = "--retry",
      paramLabel = "N",
      defaultValue = "0",
      description = "Tries the one with this number again, now.")
  long retry;

  @Option(
      names = "--drop",
      paramLabel = "N",
      defaultValue = "0",
      description = "Forgets the one with this number.")
  long drop;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  WebhooksCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() {
    try (Client client = server.client()) {
      if (retry > 0) {
        client.retryWebhook(retry);
      }
      if (drop > 0) {
        client.dropWebhook(drop);
      }
      JsonNode dead = client.get("/v1/webhooks/dead").path("deliveries");
      if (server.json) {
        terminal.out().println(Json.pretty(dead));
      } else {
        dead.forEach(each -> terminal.out().println(line(each)));
      }
      return ExitCode.DONE.value();
    }
  }

  private static String line(JsonNode dead) {
    return Terminal.harmless(
        dead.path("number").asString()
            + "  "
            + dead.path("job").asString()
            + "  "
            + dead.path("url").asString()
            + "  tried "
            + dead.path("attempts").asString()
            + " times: "
            + dead.path("last").asString());
  }
}
