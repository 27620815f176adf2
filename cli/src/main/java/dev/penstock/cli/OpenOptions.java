package dev.penstock.cli;

import dev.penstock.engine.Prober;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How inputs are opened. */
final class OpenOptions {
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Longest time to open and probe the input. Default: 30s.")
  Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = {"-v", "--verbose"},
      description = "Also print libav's log, and stack traces.")
  boolean verbose;

  Consumer<String> log(Consumer<String> lines) {
    return verbose ? lines : _ -> {};
  }

  Prober.Options probing(Consumer<String> lines) {
    return new Prober.Options(timeout, log(lines));
  }

  Prober.Options probing(Terminal terminal) {
    return probing(line -> terminal.err().println(terminal.dim(line.stripTrailing())));
  }
}
