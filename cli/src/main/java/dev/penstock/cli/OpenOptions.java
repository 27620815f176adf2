package dev.penstock.cli;

import dev.penstock.engine.Input;
import java.time.Duration;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** How inputs are opened. */
final class OpenOptions {
  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Longest wait for the input: to open it, and for each read. Default: 30s.")
  Duration timeout = Duration.ofSeconds(30);

  @Option(
      names = {"-v", "--verbose"},
      description = "Also print libav's log, and stack traces.")
  boolean verbose;

  Consumer<String> log(Consumer<String> lines) {
    return verbose ? lines : _ -> {};
  }

  Input.Options reading(Consumer<String> lines) {
    if (timeout.isZero()) {
      throw new UsageException("--timeout", "is zero", "give a time in which something can come");
    }
    return new Input.Options(timeout, log(lines));
  }

  Input.Options reading(Terminal terminal) {
    return reading(
        line -> terminal.err().println(terminal.dim(Terminal.oneLine(line.stripTrailing()))));
  }
}
