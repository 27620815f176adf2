package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Comparison;
import dev.penstock.engine.Input;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code penstock compare}. */
@Command(
    name = "compare",
    sortOptions = false,
    customSynopsis = "penstock compare A B [OPTIONS]",
    description =
        "Measures how the pictures of B differ from those of A, its source, frame by frame.",
    footer = {
      "",
      "Examples:",
      "  penstock compare in.mkv out.mp4",
      "  penstock compare in.mkv out.mp4 --metric xpsnr --min-xpsnr 38",
      "  penstock compare in.mkv out.mp4 --start 10s --duration 20s --svg quality.svg",
      "",
      "Exit codes: penstock --help."
    })
final class CompareCommand implements Callable<Integer> {
  private static final int CHART_COLUMNS = 80;

  private final Terminal terminal;
  private final Cancellation cancellation;

  @Parameters(index = "0", paramLabel = "A", description = "The source: a file, a URL, or -.")
  String reference = "";

  @Parameters(index = "1", paramLabel = "B", description = "The copy, such as a transcode of A.")
  String copy = "";

  @Heading("Comparison")
  static final class Options {
    @Option(
        names = "--metric",
        paramLabel = "NAME",
        completionCandidates = Words.Metrics.class,
        description = "What to measure: xpsnr, ssim, psnr, or all (default).")
    MetricChoice metric = MetricChoice.ALL;

    @Option(
        names = "--start",
        paramLabel = "TIME",
        description = "Where to begin: 90, 90s, 1m30s or 00:01:30.5.")
    @Nullable Duration start;

    @Option(names = "--duration", paramLabel = "TIME", description = "How much to compare.")
    @Nullable Duration duration;

    @Option(
        names = "--min-xpsnr",
        paramLabel = "DB",
        description = "Fail with exit code 1 when the mean XPSNR is below.")
    @Nullable Double minXpsnr;

    @Option(names = "--min-ssim", paramLabel = "N", description = "The same for SSIM, 0 to 1.")
    @Nullable Double minSsim;

    @Option(names = "--min-psnr", paramLabel = "DB", description = "The same for PSNR.")
    @Nullable Double minPsnr;
  }

  enum MetricChoice {
    XPSNR,
    SSIM,
    PSNR,
    ALL
  }

  @Mixin Options options = new Options();

  @Heading("Output")
  static final class Output {
    @Option(names = "--json", description = "For programs; see docs/json.md.")
    boolean json;

    @Option(
        names = "--svg",
        paramLabel = "FILE",
        description = "Also draw the values of each second into an SVG file.")
    @Nullable Path svg;
  }

  @Mixin Output output = new Output();

  @Mixin OpenOptions open = new OpenOptions();

  @Mixin HelpOption help = new HelpOption();

  CompareCommand(Terminal terminal, Cancellation cancellation) {
    this.terminal = terminal;
    this.cancellation = cancellation;
  }

  @Override
  public Integer call() {
    check();
    Optional<Quality> quality = compare();
    if (quality.isEmpty()) {
      terminal.err().println("penstock: interrupted");
      return ExitCode.INTERRUPTED.value();
    }
    return shown(quality.get()).value();
  }

  private void check() {
    if (reference.isEmpty() || copy.isEmpty()) {
      throw new UsageException(reference.isEmpty() ? "A" : "B", "is empty", "name a file");
    }
    if (reference.equals("-") && copy.equals("-")) {
      throw new UsageException("B", "standard input can be only one of both", "name a file");
    }
    if (options.duration != null && options.duration.isZero()) {
      throw new UsageException("--duration", "is zero", "give a time in which there are frames");
    }
    if (options.minSsim != null && options.minSsim > 1) {
      throw new UsageException("--min-ssim", "is more than 1", "give a number from 0 to 1");
    }
    if (output.svg != null) {
      SvgFile.check(output.svg, List.of(reference, copy));
    }
  }

  private Optional<Quality> compare() {
    Input.Options reading = open.reading(terminal);
    CompareProgress progress = new CompareProgress(terminal);
    try (Input a = Input.open(reference, reading, cancellation);
        Input b = Input.open(copy, reading, cancellation)) {
      return Comparison.of(
          a, b, Comparison.Spec.of(metrics(), stretches()), progress::show, cancellation);
    } finally {
      progress.erase();
    }
  }

  /** What is asked for, and what a floor is given for. */
  private Set<Metric> metrics() {
    Set<Metric> metrics =
        switch (options.metric) {
          case XPSNR -> EnumSet.of(Metric.XPSNR);
          case SSIM -> EnumSet.of(Metric.SSIM);
          case PSNR -> EnumSet.of(Metric.PSNR);
          case ALL -> EnumSet.allOf(Metric.class);
        };
    for (Metric metric : Metric.values()) {
      if (floor(metric) != null) {
        metrics.add(metric);
      }
    }
    return metrics;
  }

  private @Nullable Double floor(Metric metric) {
    return switch (metric) {
      case XPSNR -> options.minXpsnr;
      case SSIM -> options.minSsim;
      case PSNR -> options.minPsnr;
    };
  }

  private List<Comparison.Stretch> stretches() {
    if (options.start == null && options.duration == null) {
      return List.of();
    }
    Duration start = options.start == null ? Duration.ZERO : options.start;
    return List.of(new Comparison.Stretch(start, Optional.ofNullable(options.duration)));
  }

  private ExitCode shown(Quality quality) {
    terminal
        .out()
        .print(
            output.json
                ? Json.pretty(quality) + "\n"
                : Terminal.harmless(QualityText.of(quality)) + chart(quality));
    terminal.out().flush();
    List<Complaint> complaints = new ArrayList<>();
    writeChart(quality).ifPresent(complaints::add);
    for (Quality.Score score : quality.scores()) {
      below(score).ifPresent(complaints::add);
    }
    unmeasured(quality).ifPresent(complaints::add);
    return complaints.isEmpty() ? ExitCode.DONE : Complaint.print(complaints, terminal);
  }

  private String chart(Quality quality) {
    if (quality.scores().isEmpty()) {
      return "";
    }
    Metric metric = quality.scores().getFirst().metric();
    boolean person = terminal.outIsTerminal();
    // One column stays free: a full last column makes some terminals wrap.
    return SecondsChart.of(
        quality.seconds(), metric, person ? terminal.width() - 1 : CHART_COLUMNS, person);
  }

  private Optional<Complaint> writeChart(Quality quality) {
    return output.svg == null
        ? Optional.empty()
        : SvgFile.write(QualitySvg.of(quality), output.svg);
  }

  private Optional<Complaint> below(Quality.Score score) {
    Double floor = floor(score.metric());
    double mean = score.combined().mean().orElse(Double.POSITIVE_INFINITY);
    if (floor == null || mean >= floor) {
      return Optional.empty();
    }
    String unit = score.metric().decibels() ? " dB" : "";
    return Optional.of(
        tooLow(
            score.metric().title()
                + " is "
                + Amounts.decimals(mean, 6)
                + unit
                + ", below the "
                + Amounts.trimmed(floor, 6)
                + unit
                + " asked for"));
  }

  private Optional<Complaint> unmeasured(Quality quality) {
    for (Metric metric : Metric.values()) {
      if (floor(metric) != null && quality.score(metric).isEmpty()) {
        return Optional.of(tooLow(metric.title() + " could not be measured"));
      }
    }
    return Optional.empty();
  }

  private Complaint tooLow(String problem) {
    return new Complaint(
        ExitCode.FAILED,
        copy,
        problem,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
