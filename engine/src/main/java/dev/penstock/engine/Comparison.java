package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Codecs;
import dev.penstock.av.Frame;
import dev.penstock.engine.CompareStage.Counts;
import dev.penstock.engine.CompareStage.Source;
import dev.penstock.engine.CompareStage.Window;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Measures how the pictures of a copy, such as a transcode, differ from those of its reference.
 *
 * <p>Both are put on a time line that begins at zero with their file, and frames are compared with
 * the one shown at the same time, so that a frame one of them lacks is counted and shifts nothing.
 * Where one begins a little later in its file, and not by whole frames, both are taken to begin
 * together: containers make room for the delay of a sound encoder. The copy is brought into the
 * size, chroma, range and matrix of the reference, both into the deeper bit depth, and both are
 * turned as their containers ask.
 */
public final class Comparison {
  private static final long TICK_MILLIS = 250;

  /** A stage that has not left by then hangs in a blocking call; its handles are abandoned. */
  private static final Duration STOP_LIMIT = Duration.ofSeconds(6);

  /** Read around a stretch: partners of its first and last frames may lie outside. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private static final String VMAF = "libvmaf";

  private final Spec spec;
  private final VideoReading reference;
  private final VideoReading copy;
  private final Measurement measurement;
  private final Counts counts = new Counts();
  private final Consumer<Progress> progress;
  private final Cancellation cancellation;
  private final long shift;
  private boolean abandoned;

  private Comparison(
      VideoReading reference,
      VideoReading copy,
      Measurement measurement,
      Spec spec,
      Consumer<Progress> progress,
      Cancellation cancellation) {
    this.reference = reference;
    this.copy = copy;
    this.measurement = measurement;
    this.spec = spec;
    this.progress = progress;
    this.cancellation = cancellation;
    this.shift = Comparability.shift(reference.track(), copy.track());
  }

  /**
   * What to compare.
   *
   * @param metrics at least one
   * @param referenceTrack which of the reference's video tracks, counted from 0
   * @param copyTrack which of the copy's video tracks, counted from 0
   * @param stretches one after the other, not overlapping; empty for all there is
   */
  public record Spec(
      Set<Metric> metrics, int referenceTrack, int copyTrack, List<Stretch> stretches) {
    public Spec {
      metrics = Set.copyOf(metrics);
      stretches = List.copyOf(stretches);
      if (metrics.isEmpty()) {
        throw new IllegalArgumentException("no metric is asked for");
      }
      for (int i = 1; i < stretches.size(); i++) {
        if (!stretches.get(i - 1).isBefore(stretches.get(i))) {
          throw new IllegalArgumentException("stretches overlap, or are out of order");
        }
      }
    }

    /** The first video tracks, from beginning to end. */
    public static Spec whole(Set<Metric> metrics) {
      return new Spec(metrics, 0, 0, List.of());
    }

    /** The first video tracks, in these stretches. */
    public static Spec of(Set<Metric> metrics, List<Stretch> stretches) {
      return new Spec(metrics, 0, 0, stretches);
    }
  }

  /**
   * A part of the reference's time line.
   *
   * @param duration empty for all that follows
   */
  public record Stretch(Duration start, Optional<Duration> duration) {
    boolean isBefore(Stretch next) {
      return duration.filter(d -> start.plus(d).compareTo(next.start) <= 0).isPresent();
    }
  }

  /**
   * How far a running comparison is.
   *
   * @param done part of the whole, 0 to 1; empty when the duration is unknown
   */
  public record Progress(long frames, Duration position, OptionalDouble done) {}

  /**
   * Compares and blocks until it is done. The first frame of each stretch gets a weight of its own
   * in XPSNR, which looks at the frames before.
   *
   * @param reference freshly opened, read to the end of what is compared, closed by the caller
   * @param copy likewise
   * @param progress called about four times a second, on this thread
   * @return empty when it was cancelled
   * @throws FailureException when either cannot be read, or they cannot be compared
   */
  public static Optional<Quality> of(
      Input reference,
      Input copy,
      Spec spec,
      Consumer<Progress> progress,
      Cancellation cancellation) {
    Track.Video referenceTrack = Comparability.track(reference, spec.referenceTrack());
    Track.Video copyTrack = Comparability.track(copy, spec.copyTrack());
    Comparability.check(reference.info().source(), referenceTrack, copy.info().source(), copyTrack);
    if (spec.stretches().size() > 1) {
      Comparability.checkSeekable(reference);
      Comparability.checkSeekable(copy);
    }
    Measurement measurement =
        new Measurement(referenceTrack, copyTrack, spec.metrics(), reference.log());
    Comparison comparison =
        new Comparison(
            new VideoReading(reference, referenceTrack),
            new VideoReading(copy, copyTrack),
            measurement,
            spec,
            progress,
            cancellation);
    return comparison.run();
  }

  private Optional<Quality> run() {
    try {
      reference.skipOthers();
      copy.skipOthers();
      compareAll();
      if (abandoned || cancellation.isCancelled()) {
        return Optional.empty();
      }
      measurement.finish();
      return Optional.of(quality());
    } catch (AvException e) {
      throw new FailureException(Failures.ofProcessing(names(), Stage.FILTER, e), e);
    } catch (FailureException e) {
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      throw e;
    } finally {
      if (!abandoned) {
        measurement.close();
      }
    }
  }

  private void compareAll() {
    if (spec.stretches().isEmpty()) {
      compare(Optional.empty(), Optional.empty(), /* first= */ true);
    }
    boolean first = true;
    for (Stretch stretch : spec.stretches()) {
      if (!cancellation.isCancelled()) {
        compare(Optional.of(stretch.start()), stretch.duration(), first);
        first = false;
      }
    }
  }

  private void compare(Optional<Duration> start, Optional<Duration> duration, boolean first) {
    Run run = new Run(cancellation);
    try {
      build(run, start, duration, first);
      run.start();
      watch(run);
    } catch (RuntimeException | Error e) {
      run.stop();
      throw e;
    } finally {
      leave(run);
    }
    rethrow(run);
  }

  /** Frees what the stages used, unless one hangs and may yet come back to it. */
  private void leave(Run run) {
    if (run.leftWithin(STOP_LIMIT)) {
      reference.close();
      copy.close();
    } else {
      abandoned = true;
      reference.input().abandon();
      copy.input().abandon();
    }
  }

  private void build(
      Run run, Optional<Duration> start, Optional<Duration> duration, boolean first) {
    Optional<Duration> from = start.map(Comparison::withMargin).filter(Duration::isPositive);
    Duration before = start.orElse(Duration.ZERO).minus(from.orElse(Duration.ZERO));
    Optional<Duration> read = duration.map(d -> before.plus(d).plus(MARGIN));
    long origin = micros(from.orElse(Duration.ZERO));
    Link<Frame> ours = reference.start(run, from, read, seeks(reference, from, first));
    Link<Frame> theirs = copy.start(run, from, read, seeks(copy, from, first));
    long begin = start.map(Comparison::micros).orElse(Long.MIN_VALUE);
    long end =
        duration.map(d -> micros(start.orElse(Duration.ZERO).plus(d))).orElse(Long.MAX_VALUE);
    CompareStage stage =
        new CompareStage(
            new Source(reference, ours, origin),
            new Source(copy, theirs, origin + shift),
            new Window(begin, end),
            measurement,
            counts);
    run.stage("compare", stage, e -> Failures.ofProcessing(names(), Stage.FILTER, e));
  }

  private static Duration withMargin(Duration start) {
    Duration early = start.minus(MARGIN);
    return early.isNegative() ? Duration.ZERO : early;
  }

  /** What cannot be sought in is read from its beginning, and dropped up to the start. */
  private static boolean seeks(VideoReading reading, Optional<Duration> from, boolean first) {
    return !first || (from.isPresent() && reading.input().info().seekable());
  }

  private static long micros(Duration time) {
    return time.toNanos() / 1000;
  }

  private void watch(Run run) {
    while (run.isRunning() && !run.isStopped()) {
      run.await(TICK_MILLIS);
      if (cancellation.isCancelled()) {
        run.stop();
      } else {
        progress.accept(progressNow());
      }
    }
  }

  private Progress progressNow() {
    long position = counts.position.get();
    OptionalDouble done =
        reference
            .input()
            .info()
            .duration()
            .filter(total -> spec.stretches().isEmpty() && total.isPositive())
            .map(total -> OptionalDouble.of(Math.clamp(position / (double) micros(total), 0, 1)))
            .orElse(OptionalDouble.empty());
    return new Progress(counts.pairs.get(), Duration.of(position, ChronoUnit.MICROS), done);
  }

  private void rethrow(Run run) {
    run.failure()
        .ifPresent(failure -> {
          switch (failure) {
            case FailureException known -> throw known;
            case OutOfMemoryError memory ->
                throw new FailureException(Failures.of(memory, names(), Stage.FILTER), memory);
            default -> throw new IllegalStateException("a stage failed", failure);
          }
        });
  }

  private String names() {
    return reference.name() + ", against " + copy.name();
  }

  private Quality quality() {
    checkPairs();
    long missing = counts.missing.get();
    long extra = counts.extra.get();
    List<Quality.Score> scores = measurement.scores();
    return new Quality(
        side(reference),
        side(copy),
        measurement.ground().size(),
        measurement.ground().pixels().name(),
        measurement.pairs(),
        missing,
        extra,
        missing == 0 && extra == 0 && measurement.allSame(),
        scores,
        measurement.seconds(),
        unavailable(scores),
        notes());
  }

  private void checkPairs() {
    if (measurement.pairs() > 0) {
      return;
    }
    throw new FailureException(
        new Failure.BadInput(
            new Diagnosis(
                names(),
                Stage.FILTER,
                "there is no frame to compare",
                reference.packets() == 0 || copy.packets() == 0
                    ? "one of them has no video in the part asked for"
                    : counts.missing
                        + " frames of the one and "
                        + counts.extra
                        + " of the other are never shown at the same time",
                "check that they belong together, and --start and --duration")));
  }

  private static Quality.Side side(VideoReading reading) {
    Track.Video track = reading.track();
    return new Quality.Side(
        reading.input().info().source(),
        track.index(),
        track.codec(),
        track.size(),
        track.pixelFormat().name(),
        track.frameRate(),
        reading.damaged());
  }

  private List<Quality.Unavailable> unavailable(List<Quality.Score> scores) {
    List<Quality.Unavailable> unavailable = new ArrayList<>();
    for (Metric metric : EnumSet.copyOf(spec.metrics())) {
      if (scores.stream().noneMatch(score -> score.metric() == metric)) {
        unavailable.add(
            new Quality.Unavailable(metric.title(), "the picture is too small to measure it"));
      }
    }
    boolean vmaf = !Codecs.filters(List.of(VMAF)).isEmpty();
    unavailable.add(
        new Quality.Unavailable(
            "VMAF",
            vmaf ? "this version does not read it yet" : "the linked libavfilter has no " + VMAF));
    return unavailable;
  }

  private List<String> notes() {
    List<String> notes = new ArrayList<>();
    if (shift != 0) {
      notes.add(
          "the copy's pictures begin "
              + Math.abs(shift) / 1000.0
              + " ms "
              + (shift < 0 ? "later" : "earlier")
              + " in their file than the reference's; they were brought together");
    }
    notes.addAll(Comparability.notes(reference.track(), copy.track(), measurement.ground()));
    addDamage(reference, notes);
    addDamage(copy, notes);
    return notes;
  }

  private static void addDamage(VideoReading reading, List<String> notes) {
    if (reading.damaged() > 0) {
      notes.add(reading.name() + ": " + reading.damaged() + " damaged places were decoded past");
    }
  }
}
