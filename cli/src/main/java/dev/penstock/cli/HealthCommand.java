package dev.penstock.cli;

import dev.penstock.node.config.Config;
import dev.penstock.node.http.Client;
import dev.penstock.node.http.HttpSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "That of the daemon on this machine: asked is the address in it, and trusted the certificate.")
  @Nullable Path config;

  @Mixin ServerOptions server = new ServerOptions();

  @Mixin HelpOption help = new HelpOption();

  HealthCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  private Client client() {
    if (config == null) {
      return server.client();
    }
    if (server.server != null) {
      throw new UsageException("--config", "does not go with --server", "leave one out");
    }
    ConfigOptions options = new ConfigOptions();
    options.config = config;
    Config.Http http = options.read().http();
    Optional<Path> certificates = http.tls().certificates();
    String url = (certificates.isPresent() ? "https://" : "http://") + reached(http);
    return certificates
        .map(file -> Client.knowing(url, file))
        .orElseGet(() -> Client.of(url, Optional.empty()));
  }

  /** From this machine: all addresses have loopback among them. */
  private static String reached(Config.Http http) {
    String host =
        switch (http.address()) {
          case "0.0.0.0" -> HttpSettings.LOOPBACK;
          case "::", "[::]" -> "[::1]";
          default ->
              http.address().contains(":") && !http.address().startsWith("[")
                  ? "[" + http.address() + "]"
                  : http.address();
        };
    return host + ":" + http.port();
  }

  private record Health(String health) {}

  @Override
  public Integer call() {
    try (Client client = client()) {
      String answer = client.health();
      terminal.out().println(server.json ? Json.pretty(new Health(answer)) : answer);
      return ExitCode.DONE.value();
    }
  }
}
