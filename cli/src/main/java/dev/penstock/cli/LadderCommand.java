package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Input;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.LadderSpec;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock ladder}. */
@Command(
    name = "ladder",
    sortOptions = false,
    customSynopsis = "penstock ladder IN FOLDER [OPTIONS]",
    description = {
      "Makes several renditions of IN, decoding it once. Without options: the usual sizes that IN"
          + " fills, as MP4 files with the same key frames.",
      "FOLDER appears when all of it is complete; a run that was ended is gone on with by the next."
    },
    footer = {
      "",
      "Examples:",
      "  penstock ladder in.mkv out",
      "  penstock ladder in.mkv out --rungs 1080p:5M,720p:2.8M,480p:1.4M --preset p5",
      "  penstock ladder in.mkv out --codecs h264,hevc --audio aac:128k,opus:96k",
      "  penstock ladder in.mkv out --format both --poster --thumbnails 10s",
      "  penstock ladder in.mkv out --encrypt aes-128 --key key.bin --key-url https://example.com/key",
      "  penstock ladder in.mkv out --dry-run",
      "",
      "Exit codes: penstock --help."
    })
final class LadderCommand implements Callable<Integer> {
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

  @Option(names = "--dry-run", description = "Say what would be done and why; write nothing.")
  boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: for programs; see docs/json.md.")
  boolean json;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin WorkOptions work = new WorkOptions();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  LadderCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    if (json && !dryRun) {
      throw new UsageException("--json", "is for --dry-run", "use --report or --progress json");
    }
    Optional<ContentKey> key = ladder.delivery.key(open.timeout);
    LadderSpec spec = spec(key);
    return dryRun
        ? plan(spec)
        : new JobRun(terminal, cancellation, output, work, open, input, folder)
            .run((flow, options) -> flow.execute(spec, key.map(options::withKey).orElse(options)));
  }

  private LadderSpec spec(Optional<ContentKey> key) {
    if (input.isEmpty() || folder.isEmpty()) {
      throw new UsageException(input.isEmpty() ? "IN" : "FOLDER", "is empty", "name one");
    }
    try {
      Path _ = Path.of(folder);
    } catch (InvalidPathException e) {
      throw new UsageException(folder, "is not a folder name: " + e.getReason(), "name a folder");
    }
    return ladder.spec(input, folder, key);
  }

  private int plan(LadderSpec spec) {
    Flow flow = new Flow(open.reading(terminal), cancellation);
    try (Input opened = flow.open(spec)) {
      var planned = flow.plan(spec, opened);
      terminal
          .out()
          .print(json ? Json.pretty(planned) + "\n" : Terminal.harmless(PlanText.of(planned)));
    }
    return ExitCode.DONE.value();
  }
}
