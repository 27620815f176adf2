package dev.penstock.node;

import dev.penstock.model.CodedStretch;
import dev.penstock.node.http.JobDetails.Better;
import dev.penstock.node.http.JobDetails.Curve;
import dev.penstock.node.http.JobDetails.Measure;
import dev.penstock.node.http.JobDetails.Point;
import dev.penstock.node.http.JobDetails.Quality;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is shown of how the renditions of a job are coded. Pure. */
final class QualityView {
  /** Of a curve: more than a screen has room for. */
  private static final int MOST_POINTS = 600;

  private static final Pattern HEIGHT = Pattern.compile("([0-9]{1,9})p.*");

  /** The largest first, as people list them. */
  private static final Comparator<String> LARGEST_FIRST =
      Comparator.comparingLong(QualityView::height)
          .reversed()
          .thenComparing(Comparator.naturalOrder());

  private QualityView() {}

  /**
   * How to work out one measure.
   *
   * @param known whether a stretch tells it
   * @param value of one stretch
   * @param weight of a stretch in an average
   * @param summed from a value to what can be averaged
   * @param shown back from there
   */
  private record Way(
      Predicate<CodedStretch> known,
      ToDoubleFunction<CodedStretch> value,
      ToDoubleFunction<CodedStretch> weight,
      DoubleUnaryOperator summed,
      DoubleUnaryOperator shown) {}

  private static final Way RATE =
      new Way(
          each -> seconds(each) > 0,
          each -> each.bytes() * 8 / 1000.0 / seconds(each),
          QualityView::seconds,
          DoubleUnaryOperator.identity(),
          DoubleUnaryOperator.identity());

  /** Errors are averaged, not their logarithms. */
  private static final Way PSNR =
      new Way(
          each -> each.psnr().isPresent(),
          each -> each.psnr().orElse(0),
          CodedStretch::pictures,
          db -> Math.pow(10, -db / 10),
          error -> -10 * Math.log10(error));

  private static Way quantiser(int coarsest) {
    return new Way(
        each -> each.quantiser().isPresent() && each.coarsest().equals(OptionalInt.of(coarsest)),
        each -> each.quantiser().orElse(0),
        CodedStretch::pictures,
        DoubleUnaryOperator.identity(),
        DoubleUnaryOperator.identity());
  }

  static Quality of(List<CodedStretch> stretches, JobState state) {
    if (stretches.isEmpty()) {
      return new Quality(Optional.of(why(state)), List.of());
    }
    List<Measure> measures = new ArrayList<>();
    psnr(stretches).ifPresent(measures::add);
    scales(stretches).forEach(scale -> quantiser(scale, stretches).ifPresent(measures::add));
    rate(stretches).ifPresent(measures::add);
    return new Quality(Optional.empty(), measures);
  }

  private static Optional<Measure> psnr(List<CodedStretch> stretches) {
    return curves(stretches, PSNR)
        .map(curves ->
            new Measure(
                "psnr",
                "PSNR of luma",
                "dB",
                Better.HIGHER,
                "How near the pictures are to those that went into the encoder, as the encoder"
                    + " itself worked it out; what scaling took away does not count. Encoders that"
                    + " are tuned for the eye give some of it up on purpose.",
                curves));
  }

  private static Optional<Measure> quantiser(int coarsest, List<CodedStretch> stretches) {
    return curves(stretches, quantiser(coarsest))
        .map(curves ->
            new Measure(
                "quantiser-" + coarsest,
                "Mean quantiser",
                "of " + coarsest,
                Better.LOWER,
                "How coarsely the encoder coded the pictures, on a scale from 0 to "
                    + coarsest
                    + ". It is what the encoder decided, not a comparison with the source.",
                curves));
  }

  private static Optional<Measure> rate(List<CodedStretch> stretches) {
    return curves(stretches, RATE)
        .map(curves ->
            new Measure(
                "rate",
                "Bit rate",
                "kbit/s",
                Better.NEITHER,
                "What the pictures take, without sound and container.",
                curves));
  }

  private static String why(JobState state) {
    return switch (state) {
      case JobState.Done _ ->
          "no pictures were encoded: they were copied, or the outputs were there before";
      case JobState.Running _, JobState.Cancelling _ ->
          "it is told with the first two seconds that are encoded";
      case JobState.Waiting _, JobState.Queued _, JobState.Backoff _ -> "nothing is encoded yet";
      case JobState.Failed _, JobState.Cancelled _, JobState.Quarantined _ ->
          "the job ended before two seconds were encoded";
    };
  }

  private static Set<Integer> scales(List<CodedStretch> stretches) {
    Set<Integer> scales = new TreeSet<>();
    for (CodedStretch each : stretches) {
      if (each.quantiser().isPresent()) {
        each.coarsest().ifPresent(scales::add);
      }
    }
    return scales;
  }

  private static Optional<List<Curve>> curves(List<CodedStretch> stretches, Way way) {
    Map<String, List<CodedStretch>> byRung = new TreeMap<>(LARGEST_FIRST);
    stretches.stream()
        .filter(way.known())
        .forEach(
            each -> byRung.computeIfAbsent(each.rendition(), _ -> new ArrayList<>()).add(each));
    List<Curve> curves = new ArrayList<>();
    byRung.forEach((rung, of) -> curves.add(curve(rung, of, way)));
    return Optional.of(curves).filter(found -> !found.isEmpty());
  }

  private static Curve curve(String rung, List<CodedStretch> of, Way way) {
    List<CodedStretch> inOrder =
        of.stream().sorted(Comparator.comparing(CodedStretch::from)).toList();
    List<Point> points = new ArrayList<>();
    int each = Math.ceilDiv(inOrder.size(), MOST_POINTS);
    for (int i = 0; i < inOrder.size(); i += each) {
      List<CodedStretch> some = inOrder.subList(i, Math.min(inOrder.size(), i + each));
      points.add(
          new Point(
              seconds(some.getFirst().from()), seconds(some.getLast().to()), mean(some, way)));
    }
    return new Curve(
        rung,
        mean(inOrder, way),
        extreme(inOrder, way, false),
        extreme(inOrder, way, true),
        points);
  }

  private static double mean(List<CodedStretch> of, Way way) {
    double sum = 0;
    double weights = 0;
    for (CodedStretch each : of) {
      double weight = way.weight().applyAsDouble(each);
      sum += weight * way.summed().applyAsDouble(way.value().applyAsDouble(each));
      weights += weight;
    }
    return rounded(way.shown().applyAsDouble(sum / weights));
  }

  private static double extreme(List<CodedStretch> of, Way way, boolean most) {
    var values = of.stream().mapToDouble(way.value());
    OptionalDouble found = most ? values.max() : values.min();
    return rounded(found.orElseThrow());
  }

  private static double rounded(double value) {
    return Math.round(value * 100) / 100.0;
  }

  private static double seconds(CodedStretch each) {
    return seconds(each.to().minus(each.from()));
  }

  private static double seconds(Duration time) {
    return Math.round(time.toNanos() / 1e6) / 1e3;
  }

  private static long height(String rung) {
    Matcher found = HEIGHT.matcher(rung);
    return found.matches() ? Long.parseLong(found.group(1)) : 0;
  }
}
