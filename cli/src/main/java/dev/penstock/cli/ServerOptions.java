package dev.penstock.cli;

import dev.penstock.node.http.Client;
import dev.penstock.node.http.HttpSettings;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which daemon a command speaks to. */
final class ServerOptions {
  @Option(
      names = "--server",
      paramLabel = "URL",
      description =
          "Where the daemon is; default: what PENSTOCK_SERVER names, else http://127.0.0.1:8470.")
  @Nullable String server;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description =
          "Holds the token; default: PENSTOCK_TOKEN, or the file that PENSTOCK_TOKEN_FILE names.")
  @Nullable Path tokenFile;

  @Option(names = "--json", description = "For programs: what the API answers; see docs/api.md.")
  boolean json;

  Client client() {
    String url =
        Optional.ofNullable(server)
            .or(() -> Optional.ofNullable(System.getenv(Client.SERVER_VARIABLE)))
            .orElse("http://" + HttpSettings.LOOPBACK + ":" + HttpSettings.PORT);
    return Client.of(url, Client.token(System.getenv(), Optional.ofNullable(tokenFile)));
  }
}
