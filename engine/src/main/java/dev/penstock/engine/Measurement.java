package dev.penstock.engine;

import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.MetricGraph;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Measures pairs of frames and keeps the account. Belongs to one thread at a time. */
final class Measurement implements AutoCloseable {
  private static final Rational USUAL_RATE = new Rational(25, 1);
  private static final long SECOND = 1_000_000;

  private final CommonGround ground;
  private final GroundFilter referenceFilter;
  private final GroundFilter copyFilter;
  private final Rational rate;
  private final Set<Metric> asked;
  private final List<Metric> measured;
  private final List<MetricTally> tallies;
  private final LogScope log;
  private final ArrayDeque<Long> underWay = new ArrayDeque<>();
  private final List<Quality.Second> seconds = new ArrayList<>();
  private @Nullable MetricGraph graph;
  private long second = Long.MIN_VALUE;
  private long inSecond;
  private long pairs;

  Measurement(Track.Video reference, Track.Video copy, Set<Metric> asked, LogScope log) {
    this.ground = CommonGround.of(reference, copy);
    this.referenceFilter = new GroundFilter(ground, reference, log);
    this.copyFilter = new GroundFilter(ground, copy, log);
    this.rate = reference.nominalRate().or(reference::frameRate).orElse(USUAL_RATE);
    this.asked = asked;
    this.log = log;
    // Only PSNR tells for certain that two pictures are the same, so it is always measured.
    EnumSet<Metric> all = EnumSet.of(Metric.PSNR);
    all.addAll(asked);
    this.measured = all.stream().filter(ground::isLargeEnoughFor).toList();
    this.tallies = measured.stream().map(metric -> new MetricTally(metric, ground)).toList();
  }

  /**
   * Measures a pair, which stays the caller's.
   *
   * @param micros when it is shown, ascending
   */
  void take(long micros, Frame referenceFrame, Frame copyFrame) {
    try (Frame a = referenceFilter.brought(referenceFrame);
        Frame b = copyFilter.brought(copyFrame)) {
      MetricGraph filters = graphFor(a, b);
      underWay.add(micros);
      filters.send(a, b);
      drain(filters);
    }
  }

  private MetricGraph graphFor(Frame referenceFrame, Frame copyFrame) {
    if (graph != null && graph.fits(referenceFrame, copyFrame)) {
      return graph;
    }
    finish();
    MetricGraph built =
        MetricGraph.open(CommonGround.graph(measured), referenceFrame, copyFrame, rate, log);
    graph = built;
    return built;
  }

  /** Brings in what filters hold back. More may follow. */
  void finish() {
    if (graph != null) {
      graph.end();
      drain(graph);
      graph.close();
      graph = null;
    }
  }

  private void drain(MetricGraph filters) {
    try (Frame out = Frame.create()) {
      while (filters.receive(out) == Flow.OK) {
        note(underWay.remove(), out);
      }
    }
  }

  private void note(long micros, Frame out) {
    long now = Math.floorDiv(micros, SECOND);
    if (now != second) {
      endSecond();
      second = now;
    }
    tallies.forEach(tally -> tally.add(out));
    inSecond++;
    pairs++;
  }

  private void endSecond() {
    if (inSecond > 0) {
      seconds.add(
          new Quality.Second(
              Duration.ofSeconds(second),
              inSecond,
              takeSecond(Metric.XPSNR),
              takeSecond(Metric.SSIM),
              takeSecond(Metric.PSNR)));
      inSecond = 0;
    }
  }

  private OptionalDouble takeSecond(Metric metric) {
    Optional<MetricTally> tally =
        tallies.stream().filter(t -> t.metric() == metric && asked.contains(metric)).findFirst();
    return tally.isEmpty() ? OptionalDouble.empty() : tally.get().takeSecond();
  }

  CommonGround ground() {
    return ground;
  }

  long pairs() {
    return pairs;
  }

  /** Whether every pair was the same to the bit. */
  boolean allSame() {
    return tallies.stream()
        .filter(tally -> tally.metric() == Metric.PSNR)
        .allMatch(MetricTally::allInfinite);
  }

  /** Of the metrics asked for that could be measured. After {@link #finish}. */
  List<Quality.Score> scores() {
    return tallies.stream()
        .filter(tally -> asked.contains(tally.metric()))
        .flatMap(tally -> tally.score().stream())
        .toList();
  }

  /** After {@link #finish}. */
  List<Quality.Second> seconds() {
    endSecond();
    return seconds;
  }

  @Override
  public void close() {
    referenceFilter.close();
    copyFilter.close();
    if (graph != null) {
      graph.close();
    }
  }
}
