package dev.penstock.engine;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Metric;
import dev.penstock.model.Outcome;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Probes;
import dev.penstock.model.Probes.Stretch;
import dev.penstock.model.Quality;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.model.Verification;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.ProbePlans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.DoubleConsumer;

/**
 * Makes the short encodes that the rungs of a ladder are found by, and measures them.
 *
 * <p>One stretch after the other is written without loss into a folder of its own, encoded from
 * there in every size, one quality after the other, and measured by as many comparisons at once as
 * there are processors. The folder holds one stretch at a time and is always removed.
 */
public final class Probing {
  /** Each holds pictures of the source's size. */
  private static final int MOST_AT_ONCE = 4;

  private final ProbePlans plans;
  private final Input input;
  private final Options options;
  private final Cancellation cancellation;
  private final long began = System.nanoTime();
  private final List<Sums> sums = new ArrayList<>();
  private int stepsDone;

  private Probing(ProbePlans plans, Input input, Options options, Cancellation cancellation) {
    this.plans = plans;
    this.input = input;
    this.options = options;
    this.cancellation = cancellation;
  }

  /**
   * How to measure.
   *
   * @param work where the folder is made; it is made there if need be
   * @param reading how inputs are read
   * @param progress gets the part that is done, 0 to 1, on the thread that called {@link #of}
   * @param sessions of GPUs, where they are shared with other processes
   */
  public record Options(
      Path work,
      Input.Options reading,
      DoubleConsumer progress,
      Optional<Engine.Sessions> sessions) {}

  /**
   * Measures and blocks until it is done. The same input, spec and build measure the same, on the
   * processor. Encoders of GPUs are measured where the ladder is encoded by them; where they fail,
   * all of it is done again on the processor.
   *
   * @param input of the ladder; it is opened again here, and stays as it is
   * @return empty when it was cancelled
   * @throws FailureException when an encode fails, or the folder cannot be written
   */
  public static Optional<Probes> of(
      LadderSpec spec,
      Input input,
      Capabilities capabilities,
      Optional<FrameIndex> index,
      Options options,
      Cancellation cancellation) {
    ProbePlans plans = new ProbePlans(spec, input.info(), capabilities, index);
    try {
      return new Probing(plans, input, options, cancellation).run();
    } catch (FailureException e) {
      Optional<ProbePlans> other =
          plans.gpu().isPresent() && GpuFault.ended(e) ? plans.inSoftware() : Optional.empty();
      Optional<Probes> measured =
          new Probing(other.orElseThrow(() -> e), input, options, cancellation).run();
      return measured.map(probes -> noting(e.failure().diagnosis(), plans, probes));
    }
  }

  private static Probes noting(Diagnosis fault, ProbePlans failed, Probes probes) {
    return new Probes(
        probes.metric(),
        probes.preset(),
        probes.stretches(),
        probes.points(),
        probes.elapsed(),
        probes.gpu(),
        List.of(
            "the ladder is measured and encoded in software, as "
                + failed.gpu().orElseThrow().name()
                + " failed while it was measured: "
                + fault.problem()
                + ": "
                + fault.likelyCause()));
  }

  private Optional<Probes> run() {
    try (ProbeFolder folder = ProbeFolder.in(options.work())) {
      for (VideoCodec codec : plans.codecs()) {
        List<Stretch> stretches = plans.stretches();
        for (int i = 0; i < stretches.size(); i++) {
          probe(codec, stretches.get(i), folder.fresh());
        }
      }
      return Optional.of(probes());
    } catch (Aborted _) {
      return Optional.empty();
    } catch (FailureException e) {
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Probes probes() {
    return new Probes(
        Metric.XPSNR,
        plans.preset(),
        plans.stretches(),
        sums.stream().map(Sums::point).toList(),
        Duration.ofNanos(System.nanoTime() - began),
        plans.gpu(),
        List.of());
  }

  // ---- one stretch

  private void probe(VideoCodec codec, Stretch stretch, Path folder) {
    Path original = folder.resolve("original.nut");
    try (Input again = input.reopened()) {
      Report _ = done(plans.original(codec, stretch, original.toString()), again);
    }
    for (double quality : plans.qualities(codec)) {
      Path ladder = folder.resolve("quality-" + quality);
      Report report = ladder(codec, quality, original, ladder);
      step();
      measure(codec, quality, report, original);
      step();
    }
  }

  private void step() {
    stepsDone++;
    int steps =
        plans.codecs().stream()
            .mapToInt(codec -> 2 * plans.stretches().size() * plans.qualities(codec).size())
            .sum();
    options.progress().accept((double) stepsDone / steps);
  }

  private Report ladder(VideoCodec codec, double quality, Path original, Path folder) {
    try (Input read = open(original)) {
      return switch (plans.ladder(codec, quality, read.info(), folder.toString())) {
        case Planning.Planned planned -> done(planned, read);
        case Planning.Refused(List<Failure> reasons) ->
            throw new FailureException(reasons.getFirst());
      };
    }
  }

  private Input open(Path file) {
    return Input.open(file.toString(), options.reading(), cancellation);
  }

  private Report done(Planning.Planned planned, Input read) {
    Engine.Options quiet =
        new Engine.Options(
            /* overwrite= */ false,
            OptionalInt.of(1),
            Optional.empty(),
            Verification.Level.NONE,
            _ -> {},
            options.reading().log());
    Engine.Options shared = options.sessions().map(quiet::withSessions).orElse(quiet);
    return switch (Engine.attempt(planned, read, shared, cancellation, _ -> {})) {
      case Outcome.Done(Report report) -> report;
      case Outcome.Failed(Failure failure) -> throw new FailureException(failure);
      case Outcome.Cancelled _ -> throw new Aborted();
      case Outcome.Uncuttable(String why) -> throw new IllegalStateException("was cut: " + why);
    };
  }

  // ---- measuring

  private void measure(VideoCodec codec, double quality, Report report, Path original) {
    List<Path> files =
        report.plan().outputs().stream().map(Plan.Output::path).map(Path::of).toList();
    List<Score> scores = scores(original, files);
    List<Integer> lines = plans.lines(codec);
    for (int i = 0; i < files.size(); i++) {
      sums(codec, lines.get(i), quality)
          .add(report.tracks().get(i).bytes(), length(report.outputs().get(i)), scores.get(i));
    }
  }

  /** Several at once: one comparison keeps little more than one processor busy. */
  private List<Score> scores(Path original, List<Path> copies) {
    int crew = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, MOST_AT_ONCE);
    try (ExecutorService threads =
        Executors.newFixedThreadPool(
            crew, Thread.ofPlatform().daemon().name("measure ", 0).factory())) {
      List<Callable<Score>> tasks = new ArrayList<>();
      copies.forEach(copy -> tasks.add(() -> score(original, copy)));
      return threads.invokeAll(tasks).stream().map(Probing::result).toList();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      cancellation.cancel();
      throw new Aborted();
    }
  }

  private static Score result(Future<Score> task) {
    if (task.state() == Future.State.SUCCESS) {
      return task.resultNow();
    }
    switch (task.exceptionNow()) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private static Duration length(MediaInfo file) {
    return file.duration().filter(Duration::isPositive).orElse(Duration.ofSeconds(1));
  }

  private Score score(Path original, Path copy) {
    try (Input a = open(original);
        Input b = open(copy)) {
      Quality quality =
          Comparison.of(a, b, part(a.info()), _ -> {}, cancellation).orElseThrow(Aborted::new);
      Quality.Score score = quality.score(Metric.XPSNR).orElseThrow(this::tooSmall);
      return new Score(quality.frames(), score.combined().mean());
    }
  }

  private Comparison.Spec part(MediaInfo original) {
    Stretch part = plans.measured(length(original));
    return Comparison.Spec.of(
        Set.of(Metric.XPSNR),
        List.of(new Comparison.Stretch(part.start(), Optional.of(part.duration()))));
  }

  private FailureException tooSmall() {
    return new FailureException(
        new Failure.Unsupported(
            new Diagnosis(
                input.info().source(),
                Stage.FILTER,
                "--per-title cannot measure it",
                "its pictures are too small for XPSNR",
                "leave --per-title away")));
  }

  private Sums sums(VideoCodec codec, int lines, double quality) {
    for (Sums known : sums) {
      if (known.codec == codec && known.lines == lines && known.quality == quality) {
        return known;
      }
    }
    Sums fresh = new Sums(codec, lines, quality);
    sums.add(fresh);
    return fresh;
  }

  /**
   * How one file compares.
   *
   * @param mean decibels; empty where nothing differs
   */
  private record Score(long frames, OptionalDouble mean) {}

  /** What the stretches come to for one size and quality. */
  private static final class Sums {
    /** Decibels of pictures that do not differ. */
    private static final double SAME = 100;

    private final VideoCodec codec;
    private final int lines;
    private final double quality;
    private double bits;
    private double seconds;
    private double peak;
    private long frames;
    private double errors;

    Sums(VideoCodec codec, int lines, double quality) {
      this.codec = codec;
      this.lines = lines;
      this.quality = quality;
    }

    /** The root errors are averaged, as over the frames of each file. */
    void add(long bytes, Duration length, Score score) {
      double taken = length.toNanos() / 1e9;
      bits += 8.0 * bytes;
      seconds += taken;
      peak = Math.max(peak, 8.0 * bytes / taken);
      frames += score.frames();
      errors += score.frames() * Math.pow(10, -score.mean().orElse(SAME) / 20);
    }

    Probes.Point point() {
      double decibels = -20 * Math.log10(errors / frames);
      return new Probes.Point(
          codec, lines, quality, Math.round(bits / seconds), Math.round(peak), decibels);
    }
  }

  /** A folder that is removed with what is in it. */
  private static final class ProbeFolder implements AutoCloseable {
    private final Path folder;

    private ProbeFolder(Path folder) {
      this.folder = folder;
    }

    static ProbeFolder in(Path parent) {
      try {
        Files.createDirectories(parent);
        return new ProbeFolder(Files.createTempDirectory(parent, ".penstock-probes-"));
      } catch (IOException e) {
        throw new FailureException(Failures.ofWriting(parent, e), e);
      }
    }

    /** The same, empty. */
    Path fresh() {
      try {
        OutputFolder.delete(folder);
        return Files.createDirectories(folder);
      } catch (IOException e) {
        throw new FailureException(Failures.ofWriting(folder, e), e);
      }
    }

    @Override
    public void close() {
      try {
        OutputFolder.delete(folder);
      } catch (IOException e) {
        throw new FailureException(Failures.ofWriting(folder, e), e);
      }
    }
  }
}
