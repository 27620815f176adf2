package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Receipt;
import dev.penstock.model.Report;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code penstock ladder}. */
@Command(
    name = "ladder",
    sortOptions = false,
    customSynopsis = "penstock ladder IN FOLDER [OPTIONS]",
    description = {
      "Makes several renditions of IN, decoding it once. Without options: the usual sizes that IN"
          + " fills, as HLS with the same key frames.",
      "FOLDER appears when all of it is complete; a run that was ended is gone on with by the next."
    },
    footer = {
      "",
      "Examples:",
      "  penstock ladder in.mkv out",
      "  penstock ladder in.mkv out --rungs 1080p:5M,720p:2.8M,480p:1.4M --preset p5",
      "  penstock ladder in.mkv out --codecs h264,hevc --audio aac:128k,opus:96k",
      "  penstock ladder in.mkv out --per-title --dry-run --svg hull.svg",
      "  penstock ladder in.mkv out --format both --poster --thumbnails 10s",
      "  penstock ladder in.mkv out --encrypt aes-128 --key key.bin --key-url https://example.com/key",
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

  @Option(
      names = "--svg",
      paramLabel = "FILE",
      description = "With --per-title: also draw what was measured into an SVG file.")
  @Nullable Path svg;

  @Option(
      names = "--job",
      description = "With --dry-run: the job file that asks for the same; see docs/jobs.md.")
  boolean jobFile;

  @Spec @Nullable CommandSpec self;

  @Mixin OutputOptions output = new OutputOptions();

  @Mixin WorkOptions work = new WorkOptions();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  private @Nullable Receipt receipt;

  LadderCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    if (json && !dryRun) {
      throw new UsageException("--json", "is for --dry-run", "use --report or --progress json");
    }
    if (jobFile && (json || !dryRun)) {
      throw new UsageException("--job", "is for --dry-run, without --json", "add --dry-run");
    }
    Optional<ContentKey> key = ladder.delivery.key(open.timeout);
    LadderSpec spec = spec(key);
    if (jobFile) {
      terminal.out().print(JobText.of(JobFile.LADDER, input, folder, self, ladder));
      return ExitCode.DONE.value();
    }
    checkChart();
    if (dryRun) {
      return plan(spec);
    }
    JobRun run = new JobRun(terminal, cancellation, output, work, open, input, folder);
    int exit =
        run.run((flow, options) ->
            noted(flow.execute(spec, key.map(options::withKey).orElse(options))));
    return exit == ExitCode.DONE.value() && receipt != null ? drawn(receipt) : exit;
  }

  private Outcome noted(Outcome outcome) {
    if (outcome instanceof Outcome.Done(Report report)) {
      receipt = report.receipt();
    }
    return outcome;
  }

  private void checkChart() {
    if (svg == null) {
      return;
    }
    if (!ladder.perTitle) {
      throw new UsageException(
          "--svg", "draws what --per-title measures", "add --per-title, or leave it away");
    }
    SvgFile.check(svg, List.of(input));
  }

  /** The exit code once the chart is drawn, if one is asked for. */
  private int drawn(Receipt found) {
    Optional<Complaint> complaint =
        svg == null || found.perTitle().isEmpty()
            ? Optional.empty()
            : SvgFile.write(PerTitleSvg.of(input, found.perTitle().get()), svg);
    return complaint
        .map(one -> Complaint.print(List.of(one), terminal))
        .orElse(ExitCode.DONE)
        .value();
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
    return new DryRun(terminal, cancellation, output, work, open)
        .print(spec, folder, json)
        .map(planned -> drawn(planned.receipt()))
        .orElse(ExitCode.INTERRUPTED.value());
  }
}
