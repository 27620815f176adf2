package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock submit ladder}. */
@Command(
    name = "ladder",
    sortOptions = false,
    customSynopsis = "penstock submit ladder IN FOLDER [OPTIONS]",
    description = {
      "Gives a ladder to the daemon, with ladder's options. A key is read by the daemon's worker:",
      "--key names a file there, or env:PENSTOCK_KEY_NAME, a variable of the daemon."
    },
    footer = {"", "Examples:", "  penstock submit ladder in.mkv out --rungs 720p:2.8M,480p:1.4M"})
final class SubmitLadderCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(index = "0", paramLabel = "IN", description = "What to read: a file or a URL.")
  String input = "";

  @Parameters(
      index = "1",
      paramLabel = "FOLDER",
      description = "The folder to make; it must not hold anything else.")
  String folder = "";

  @Mixin LadderOptions ladder = new LadderOptions();

  @Mixin SubmitOptions submission = new SubmitOptions();

  @Mixin HelpOption help = new HelpOption();

  @Spec @Nullable CommandSpec self;

  SubmitLadderCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    String text =
        JobText.of(
            JobFile.LADDER, SubmitOptions.whole(input), SubmitOptions.whole(folder), self, ladder);
    // Whole paths and all mistakes, as of a job file.
    String spec = JobFile.forDaemon("the command line", text);
    return submission.submit(spec, terminal, cancellation);
  }
}
