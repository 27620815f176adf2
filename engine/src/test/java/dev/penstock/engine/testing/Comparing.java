package dev.penstock.engine.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Comparison;
import dev.penstock.engine.Input;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A comparison run the way the command runs it, and what the oracle measures. */
public final class Comparing {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final Pattern XPSNR =
      Pattern.compile("XPSNR +y: (\\S+)  u: (\\S+)  v: (\\S+) +\\(minimum: (\\S+)\\)");
  private static final Pattern SSIM =
      Pattern.compile("SSIM Y:(\\S+) \\S+ U:(\\S+) \\S+ V:(\\S+) \\S+ All:(\\S+) ");
  private static final Pattern PSNR =
      Pattern.compile("PSNR y:(\\S+) u:(\\S+) v:(\\S+) average:(\\S+) min:(\\S+)");

  private final String reference;
  private final String copy;
  private Set<Metric> metrics = EnumSet.allOf(Metric.class);
  private final List<Comparison.Stretch> stretches = new ArrayList<>();

  private Comparing(String reference, String copy) {
    this.reference = reference;
    this.copy = copy;
  }

  /** All metrics, from beginning to end. */
  public static Comparing of(Path reference, Path copy) {
    return new Comparing(reference.toString(), copy.toString());
  }

  public Comparing metric(Metric metric) {
    metrics = EnumSet.of(metric);
    return this;
  }

  /** One more stretch, in milliseconds. */
  public Comparing stretch(long start, long duration) {
    stretches.add(
        new Comparison.Stretch(Duration.ofMillis(start), Optional.of(Duration.ofMillis(duration))));
    return this;
  }

  /** Everything from here. */
  public Comparing from(long start) {
    stretches.add(new Comparison.Stretch(Duration.ofMillis(start), Optional.empty()));
    return this;
  }

  /** Runs it; the test fails when it fails. */
  public Quality run() {
    return run(new Cancellation()).orElseThrow(() -> new AssertionError("cancelled"));
  }

  public Optional<Quality> run(Cancellation cancellation) {
    Input.Options reading = new Input.Options(TIMEOUT, _ -> {});
    try (Input a = Input.open(reference, reading, cancellation);
        Input b = Input.open(copy, reading, cancellation)) {
      return Comparison.of(a, b, Comparison.Spec.of(metrics, stretches), _ -> {}, cancellation);
    }
  }

  /** Runs it; the test fails when it does not fail. */
  public Failure failure() {
    try {
      Quality quality = run();
      throw new AssertionError("done: " + quality);
    } catch (FailureException e) {
      return e.failure();
    }
  }

  /**
   * What the oracle prints for a metric: y, u, v and combined.
   *
   * @param referenceFilters applied first; empty for none
   * @param copyFilters applied first; empty for none
   */
  public static List<Double> oracle(
      Metric metric, Path reference, String referenceFilters, Path copy, String copyFilters) {
    List<String> words =
        new ArrayList<>(List.of("-i", reference.toString(), "-i", copy.toString()));
    String filter = metric.name().toLowerCase(Locale.ROOT);
    words.addAll(
        List.of(
            "-lavfi",
            "[0:v:0]"
                + (referenceFilters.isEmpty() ? "null" : referenceFilters)
                + ",settb=1/1000[a];[1:v:0]"
                + (copyFilters.isEmpty() ? "null" : copyFilters)
                + ",settb=1/1000[b];[a][b]"
                + filter,
            "-fps_mode",
            "passthrough",
            "-f",
            "null",
            "-"));
    Matcher found = found(metric, words);
    List<Double> values = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      values.add(number(found.group(i)));
    }
    return values;
  }

  private static Matcher found(Metric metric, List<String> words) {
    String log = Oracle.ffmpegLog(words);
    Pattern pattern =
        switch (metric) {
          case XPSNR -> XPSNR;
          case SSIM -> SSIM;
          case PSNR -> PSNR;
        };
    Matcher found = pattern.matcher(log);
    assertThat(found.find()).as(log).isTrue();
    return found;
  }

  /** The lowest PSNR of a frame, as the oracle prints it. */
  public static double lowestPsnr(Path reference, Path copy) {
    List<String> words =
        List.of(
            "-i", reference.toString(), "-i", copy.toString(), "-lavfi", "psnr", "-f", "null", "-");
    return number(found(Metric.PSNR, words).group(5));
  }

  /** What Penstock measured, in the same order; infinity where it says nothing. */
  public static List<Double> values(Quality quality, Metric metric) {
    Quality.Score score = quality.score(metric).orElseThrow();
    List<Double> values = new ArrayList<>();
    score.components().forEach(component -> values.add(mean(component.levels())));
    values.add(mean(score.combined()));
    return values;
  }

  private static double mean(Quality.Levels levels) {
    return levels.mean().orElse(Double.POSITIVE_INFINITY);
  }

  private static double number(String text) {
    return text.equals("inf") ? Double.POSITIVE_INFINITY : Double.parseDouble(text);
  }
}
