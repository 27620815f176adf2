package dev.penstock.cli;

import dev.penstock.node.config.Config;
import dev.penstock.node.text.MistakenException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What the daemon is told. */
final class ConfigOptions {
  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "What the daemon is told; see docs/daemon.md. Default: none.")
  @Nullable Path config;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description =
          "Where jobs and their segments are kept; default: what the configuration says, else a"
              + " folder of the user's state.")
  @Nullable Path data;

  /**
   * What the file says, with the folder of data.
   *
   * @throws MistakenException with what is wrong in the file
   */
  Config read() {
    Map<String, String> environment = System.getenv();
    Config read = config == null ? Config.standard() : Config.read(config, environment);
    return read.withData(
        Optional.ofNullable(data).or(read::data).orElseGet(() -> usual(environment)));
  }

  /** The first of those that systemd names, as of StateDirectory=. */
  static Path usual(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("STATE_DIRECTORY"))
        .map(folders -> Path.of(folders.split(":", -1)[0]))
        .filter(Path::isAbsolute)
        .or(() -> Folders.state(environment).map(state -> state.resolve("node")))
        .orElseThrow(() ->
            new UsageException(
                "--data", "there is no folder for the user's state", "name a folder with --data"));
  }
}
