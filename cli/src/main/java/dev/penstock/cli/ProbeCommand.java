package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Input;
import dev.penstock.model.MediaInfo;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock probe}. */
@Command(
    name = "probe",
    description = "Says what is in a file: container, tracks, colour, timing, chapters.",
    footer = {
      "",
      "Examples:",
      "  penstock probe clip.mp4",
      "  penstock probe --json clip.mp4 | jq '.tracks[] | select(.kind == \"video\")'"
    })
final class ProbeCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(paramLabel = "FILE", description = "A file, a URL, or - for standard input.")
  String file = "";

  @Option(names = "--json", description = "For programs; see docs/json.md.")
  boolean json;

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  ProbeCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    if (file.isEmpty()) {
      throw new UsageException("FILE", "is empty", "name a file");
    }
    try (Input input = Input.open(file, open.reading(terminal), cancellation)) {
      MediaInfo info = input.info();
      terminal.out().print(json ? Json.pretty(info) + "\n" : Terminal.harmless(ProbeText.of(info)));
    }
    return ExitCode.DONE.value();
  }
}
