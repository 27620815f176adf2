package dev.penstock.cli;

import dev.penstock.engine.Ffmpeg;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Loads the user's own FFmpeg before a command begins. Help needs none.
 *
 * @param asked on the command line
 */
record OwnFfmpeg(Supplier<@Nullable Path> asked) implements IExecutionStrategy {
  private static final String VARIABLE = "PENSTOCK_FFMPEG_LIBS";

  @Override
  public int execute(ParseResult parsed) {
    if (!asksForHelp(parsed)) {
      try {
        Optional.ofNullable(asked.get()).or(OwnFfmpeg::ofEnvironment).ifPresent(Ffmpeg::use);
      } catch (RuntimeException e) {
        // picocli hands only these on to who words them.
        throw new ExecutionException(last(parsed), String.valueOf(e.getMessage()), e);
      }
    }
    return new RunLast().execute(parsed);
  }

  static Optional<Path> ofEnvironment() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(value -> !value.isEmpty())
        .map(Path::of);
  }

  private static boolean asksForHelp(ParseResult parsed) {
    return parsed.isUsageHelpRequested()
        || (parsed.hasSubcommand() && asksForHelp(parsed.subcommand()));
  }

  private static CommandLine last(ParseResult parsed) {
    return parsed.hasSubcommand() ? last(parsed.subcommand()) : parsed.commandSpec().commandLine();
  }
}
