package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Ffmpeg;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.Trials;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code penstock encoders}. */
@Command(
    name = "encoders",
    description = "Says what this machine can encode with. Each encoder is tried, not only listed.")
final class EncodersCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin HelpOption help = new HelpOption();

  EncodersCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    List<Trial> trials = Trials.ofAll(cancellation::isCancelled);
    terminal.out().print(json ? Json.pretty(trials) + "\n" : build() + text(trials));
    return ExitCode.DONE.value();
  }

  /** What lists them; a line each for the version and what it was configured with. */
  private static String build() {
    return Ffmpeg.build() + "\nconfigured with " + Ffmpeg.configuration() + "\n\n";
  }

  static String text(List<Trial> trials) {
    StringBuilder text = new StringBuilder();
    for (Trial trial : trials) {
      text.append(ProbeText.column(trial.codec(), 6))
          .append(ProbeText.column(trial.encoder(), 18))
          .append(ProbeText.column(trial.hardware() ? "hardware" : "software", 10))
          .append(result(trial))
          .append('\n');
    }
    return text.toString();
  }

  private static String result(Trial trial) {
    return trial
        .reason()
        .map(reason -> "no: " + reason)
        .orElseGet(() ->
            "works"
                + trial
                    .framesPerSecond()
                    .map(rate -> ", " + Amounts.trimmed(rate, 0) + " fps")
                    .orElse(""));
  }
}
