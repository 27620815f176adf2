package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Interrupt;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.CodedStretch;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Outcome;
import dev.penstock.model.PieceStep;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Progress;
import dev.penstock.model.Receipt;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.model.Verification;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;

/** Does what a plan says. */
public final class Engine {
  private Engine() {}

  /**
   * How to run, beside the plan.
   *
   * @param overwrite whether an existing output may be replaced
   * @param lanes how many segments are worked on at once; empty for what the machine has
   * @param work where the spools of segments are kept; empty for a folder beside the output
   * @param verify how closely outputs are looked at before they get their names
   * @param progress called about four times a second, on the thread that called {@link #execute}
   * @param log receives libav's log lines of level info and worse, from any thread
   * @param key what a plan with a {@link Plan.Protection} is encrypted with
   * @param patience after which a GPU is taken to hang that does not return from a call
   * @param sessions where processes share what drivers limit; empty to share nothing
   * @param publishing told what is about to be done, before outputs get their names
   * @param pieces told of what becomes of each piece, from any thread; must not wait
   * @param coded told how each stretch of each rendition was coded, from any thread; must not wait.
   *     One that is told again, or begins or ends within another, takes its place
   */
  public record Options(
      boolean overwrite,
      OptionalInt lanes,
      Optional<Path> work,
      Verification.Level verify,
      Consumer<Progress> progress,
      Consumer<String> log,
      Optional<ContentKey> key,
      Duration patience,
      Optional<Sessions> sessions,
      Publishing publishing,
      Consumer<PieceStep> pieces,
      Optional<Consumer<CodedStretch>> coded) {
    /** Hung drivers seldom come back; what takes long without hanging is done by then. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** With outputs read back without decoding, and without a key. */
    public Options(
        boolean overwrite,
        OptionalInt lanes,
        Optional<Path> work,
        Consumer<Progress> progress,
        Consumer<String> log) {
      this(overwrite, lanes, work, Verification.Level.STRUCTURE, progress, log);
    }

    /** Without a key. */
    public Options(
        boolean overwrite,
        OptionalInt lanes,
        Optional<Path> work,
        Verification.Level verify,
        Consumer<Progress> progress,
        Consumer<String> log) {
      this(
          overwrite,
          lanes,
          work,
          verify,
          progress,
          log,
          Optional.empty(),
          PATIENCE,
          Optional.empty(),
          (_, _) -> {},
          _ -> {},
          Optional.empty());
    }

    /** The same with a key. */
    public Options withKey(ContentKey wanted) {
      return with(Optional.of(wanted), patience, sessions, publishing, pieces, coded);
    }

    /** The same with another patience with GPUs. */
    public Options withPatience(Duration wanted) {
      return with(key, wanted, sessions, publishing, pieces, coded);
    }

    /** The same, sharing what drivers limit with other processes. */
    public Options withSessions(Sessions shared) {
      return with(key, patience, Optional.of(shared), publishing, pieces, coded);
    }

    /** The same, telling what becomes of pieces. */
    public Options withPieces(Consumer<PieceStep> told) {
      return with(key, patience, sessions, publishing, told, coded);
    }

    /** The same, telling how pictures are coded. */
    public Options withCoded(Consumer<CodedStretch> told) {
      return with(key, patience, sessions, publishing, pieces, Optional.of(told));
    }

    /** The same, telling somebody before outputs get their names. */
    public Options withPublishing(Publishing told) {
      return with(key, patience, sessions, told, pieces, coded);
    }

    private Options with(
        Optional<ContentKey> otherKey,
        Duration otherPatience,
        Optional<Sessions> shared,
        Publishing toldBefore,
        Consumer<PieceStep> toldOfPieces,
        Optional<Consumer<CodedStretch>> toldOfCoding) {
      return new Options(
          overwrite,
          lanes,
          work,
          verify,
          progress,
          log,
          otherKey,
          otherPatience,
          shared,
          toldBefore,
          toldOfPieces,
          toldOfCoding);
    }
  }

  /**
   * Is told that a run is done but for the names of its outputs, which passed their verification:
   * what it writes down lets a later run see that this one was done, if it is killed before it can
   * say so. Outputs out of a cache are not told of.
   */
  public interface Publishing {
    /**
     * They are about to get their names.
     *
     * @param written the file or folder that gets the name of the target
     */
    void about(Report report, Path written);
  }

  /**
   * How processes share the encode sessions of GPUs whose driver limits them.
   *
   * @param folder the same of all; made where it is missing
   * @param most how long the jobs of others are waited for, before another way is taken
   */
  public record Sessions(Path folder, Duration most) {
    /** Waiting five minutes for others. */
    public static Sessions in(Path folder) {
      return new Sessions(folder, Duration.ofMinutes(5));
    }
  }

  /**
   * Runs the plan and blocks until it is done, failed or cancelled. The output appears under its
   * final name only when it is complete and passed its verification, and lies beside it when it did
   * not; otherwise nothing is left behind but the spools of segments that are whole, for a run that
   * goes on; asked to give way, it ends as a cancelled run does, if it was not done before. A fault
   * of ours is thrown as it is.
   *
   * @param input freshly opened and planned for; read to its end here, closed by the caller
   */
  public static Outcome execute(
      Planning.Planned planned, Input input, Options options, Cancellation cancellation) {
    return execute(planned, input, options, cancellation, _ -> {});
  }

  /**
   * The same.
   *
   * @param finished told of each file and folder when it is complete, before it is looked at
   */
  static Outcome execute(
      Planning.Planned planned,
      Input input,
      Options options,
      Cancellation cancellation,
      Consumer<Path> finished) {
    try {
      return attempt(planned, input, options, cancellation, finished);
    } catch (FailureException e) {
      return cancellation.isCancelled()
          ? cancelled(planned.plan(), options)
          : new Outcome.Failed(e.failure());
    }
  }

  /**
   * The same.
   *
   * @throws FailureException with its cause, where another way may be tried; also when it was
   *     cancelled
   */
  static Outcome attempt(
      Planning.Planned planned,
      Input input,
      Options options,
      Cancellation cancellation,
      Consumer<Path> finished) {
    try {
      return ways(planned, planned.plan(), input, options, cancellation, finished);
    } catch (Uncuttable e) {
      return new Outcome.Uncuttable(e.why());
    }
  }

  /**
   * As planned; and when no GPU is left for that, in the other ways there are, one by one.
   *
   * @param first the plan that segments are of that are done already: of those before, the first
   *     that encodes like this one
   */
  private static Outcome ways(
      Planning.Planned planned,
      Plan first,
      Input input,
      Options options,
      Cancellation cancellation,
      Consumer<Path> finished) {
    try {
      return way(planned, first, input, options, cancellation, finished);
    } catch (NoGpuLeft e) {
      List<Planning.Fallback> others =
          planned.fallbacks().stream().flatMap(way -> without(e.hung(), way).stream()).toList();
      if (others.isEmpty() || !input.info().seekable()) {
        throw new FailureException(e.last(), e);
      }
      Planning.Fallback next = others.getFirst();
      Plan plan = next.plan();
      int done = WorkFolder.segments(InPieces.folder(first, options));
      boolean kept = first.encodesLike(plan);
      if (!kept && isInPieces(first)) {
        WorkFolder.giveUp(InPieces.folder(first, options));
      }
      Receipt told = kept ? planned.receipt() : Detour.withoutStaying(planned.receipt());
      for (String line : e.story()) {
        told = told.noting(line);
      }
      try (Input again = input.reopened()) {
        return ways(
            new Planning.Planned(
                plan,
                told.noting(Detour.words(first, plan, done, next.what())),
                others.subList(1, others.size())),
            kept ? first : plan,
            again,
            options,
            cancellation,
            finished);
      }
    }
  }

  /**
   * A way without GPUs that do not answer: they would not in another way; empty if none is left.
   */
  private static Optional<Planning.Fallback> without(Set<String> hung, Planning.Fallback way) {
    if (way.plan().acceleration().isEmpty()) {
      return Optional.of(way);
    }
    Plan.Acceleration gpus = way.plan().acceleration().get();
    List<Plan.Seat> seats = new ArrayList<>(gpus.seats());
    seats.removeIf(seat -> hung.contains(seat.key()));
    return seats.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Planning.Fallback(
                way.plan()
                    .on(
                        new Plan.Acceleration(
                            gpus.surfaces(), gpus.decoding(), gpus.encoding(), seats)),
                way.what()));
  }

  private static Outcome way(
      Planning.Planned planned,
      Plan first,
      Input input,
      Options options,
      Cancellation cancellation,
      Consumer<Path> finished) {
    Plan plan = planned.plan();
    Verifier verifier = new Verifier(plan, input, options, cancellation, finished);
    Ready ready =
        (all, written) -> options.publishing().about(all.report(planned, input.info()), written);
    Optional<Done> done;
    if (isInPieces(plan)) {
      done = new InPieces(plan, first, input, options, cancellation, verifier, ready).run();
    } else if (plan.acceleration().isPresent()) {
      done = AsItComes.run(plan, input, options, cancellation, verifier, ready);
    } else {
      done = inOne(plan, input, options, cancellation, verifier, ready);
    }
    return done.isEmpty() ? cancelled(plan, options) : done.get().outcome(planned, input.info());
  }

  private static boolean isInPieces(Plan plan) {
    return plan.segmentation().isPresent() || !plan.isOneFile();
  }

  private static Outcome cancelled(Plan plan, Options options) {
    Path folder = InPieces.folder(plan, options);
    return new Outcome.Cancelled(
        WorkFolder.holdsSpools(folder) ? Optional.of(folder.toString()) : Optional.empty());
  }

  /**
   * What was done.
   *
   * @param kept where the outputs lie that failed their verification; empty when they did not
   */
  record Done(
      List<Report.TrackResult> tracks,
      Duration elapsed,
      Optional<Duration> firstPacket,
      Map<String, Duration> stages,
      List<String> warnings,
      Optional<Report.Pieces> pieces,
      List<Report.Buffer> buffers,
      List<MediaInfo> written,
      Verification verification,
      Optional<Path> kept) {
    /** The same, where outputs did not get their names. */
    private Done keptAt(Path path) {
      return new Done(
          tracks,
          elapsed,
          firstPacket,
          stages,
          warnings,
          pieces,
          buffers,
          written,
          verification,
          Optional.of(path));
    }

    private Outcome outcome(Planning.Planned planned, MediaInfo input) {
      Report report = report(planned, input);
      return kept.<Outcome>map(path -> new Outcome.Failed(Verifier.failure(report, path)))
          .orElseGet(() -> new Outcome.Done(report));
    }

    private Report report(Planning.Planned planned, MediaInfo input) {
      return new Report(
          input,
          planned.plan(),
          planned.receipt(),
          tracks,
          elapsed,
          firstPacket,
          stages,
          pieces,
          buffers,
          written,
          verification,
          Optional.empty(),
          warnings);
    }
  }

  /** Reads, encodes and muxes in one go; empty when it was cancelled. */
  private static Optional<Done> inOne(
      Plan plan,
      Input input,
      Options options,
      Cancellation cancellation,
      Verifier verifier,
      Ready ready) {
    Path target = Path.of(plan.file().path());
    long began = System.nanoTime();
    try (OutputFile file =
            OutputFile.beside(target, options.overwrite(), Leftovers.run(options.work()));
        Interrupt writing = Interrupt.of(cancellation::isCancelled)) {
      Muxer muxer = createMuxer(plan.file(), file.partial(), writing, LogScope.to(options.log()));
      Pipeline pipeline = transcode(plan, muxer, input, options, cancellation);
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      rethrow(pipeline.run().failure(), plan.input().source());
      pipeline.accounts().check();
      pipeline.checkEnd();
      verifier.file(plan.file(), file.partial(), pipeline.accounts(), pipeline.accounts());
      Verification verification = verifier.finish();
      if (cancellation.isCancelled()) {
        return Optional.empty();
      }
      Done done =
          new Done(
              pipeline.accounts().results(),
              Duration.ofNanos(System.nanoTime() - began),
              pipeline.firstPacket(),
              pipeline.stageTimes(),
              pipeline.warnings(),
              Optional.empty(),
              List.of(),
              verifier.facts(),
              verification,
              Optional.empty());
      return Optional.of(settle(new Products.OneFile(file), done, ready));
    }
  }

  /** Told of what is done before it gets its name. */
  interface Ready {
    void tell(Done done, Path written);
  }

  /** Gives outputs their names, or others where they are not what they should be. */
  static Done settle(Products products, Done done, Ready ready) {
    if (!done.verification().failed().isEmpty()) {
      return done.keptAt(products.keep());
    }
    ready.tell(done, products.written());
    products.publish();
    return done;
  }

  static void rethrow(Optional<Throwable> failure, String subject) {
    if (failure.isEmpty()) {
      return;
    }
    switch (failure.get()) {
      case FailureException known -> throw known;
      case OutOfMemoryError memory ->
          throw new FailureException(Failures.of(memory, subject, Stage.FINISH), memory);
      default -> throw new IllegalStateException("a stage failed", failure.get());
    }
  }

  private static Pipeline transcode(
      Plan plan, Muxer muxer, Input input, Options options, Cancellation cancellation) {
    Pipeline pipeline =
        new Pipeline(
            plan,
            new Piece.Whole(),
            input,
            new Destination.Output(Path.of(plan.file().path()), muxer, plan.file()),
            /* session= */ null,
            cancellation,
            new Courses(plan, input.info(), options.coded(), options.log()),
            LogScope.to(options.log()));
    Meter meter = new Meter(pipeline, plan, input.info());
    PieceLog steps = new PieceLog(plan, options.pieces());
    Piece whole = new Piece.Whole();
    steps.begun(whole, OptionalInt.of(0), Optional.empty());
    Attendance attendance =
        new Attendance(
            pipeline,
            input,
            cancellation::isCancelled,
            () -> options.progress().accept(meter.read()));
    try {
      boolean _ = attendance.run();
      steps.over(whole, OptionalInt.of(0), Optional.empty(), pipeline.run().failure().isEmpty());
    } finally {
      if (!input.isAbandoned()) {
        muxer.close();
      }
    }
    options.progress().accept(meter.read().at(Stage.FINISH));
    return pipeline;
  }

  static Muxer createMuxer(Plan.File file, Path partial, Interrupt writing, LogScope log) {
    try {
      return Muxer.create(partial, file.format(), writing, log);
    } catch (AvException e) {
      throw new FailureException(Failures.ofWriting(Path.of(file.path()), e), e);
    }
  }

  /** Facts of what was written at {@code partial}, under the name it will have. */
  static MediaInfo facts(Path partial, Path target, Options options, Cancellation cancellation) {
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), options.log());
    try (Input written = Input.open(partial.toString(), reading, cancellation)) {
      return written.info().withSource(target.toString());
    } catch (FailureException e) {
      throw new FailureException(
          new Failure.Bug(
              new Failure.Diagnosis(
                  target.toString(),
                  Stage.FINISH,
                  "the file just written cannot be read back",
                  e.failure().diagnosis().line(),
                  "please report it")),
          e);
    }
  }
}
