package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Progress;
import dev.penstock.model.Segmentation.Segment;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Works on the pieces of a plan, several at once. A lane is a thread that takes one piece after the
 * other and reads them from an input of its own. The first failure stops all of them.
 */
final class Lanes implements AutoCloseable {
  /** More lanes than this would each wait for the disk and hold frames. */
  private static final int MOST = 64;

  private final Plan plan;
  private final Input input;
  private final Shelf shelf;
  private final Function<Piece, Plan> plans;
  private final Engine.Options options;
  private final Cancellation cancellation;
  private final Optional<GpuWork> gpus;
  private final long began = System.nanoTime();
  private final Set<Pipeline> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong doneFrames = new AtomicLong();
  private final AtomicLong doneBytes = new AtomicLong();
  private final AtomicInteger doneSegments = new AtomicInteger();
  private final AtomicLong firstPacket = new AtomicLong();
  private final Queue<Piece> waiting = new ArrayDeque<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Duration> stageTimes = new TreeMap<>();
  private final Starved starved = new Starved();
  private final PieceLog steps;
  private final RungMeter rungs;
  private final Courses courses;
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private @Nullable Throwable failure;
  private long allFrames;
  private int reused;
  private int count;

  /**
   * @param plans the plan as each piece does it
   * @param shelf where the pieces are put
   */
  Lanes(
      Plan plan,
      Function<Piece, Plan> plans,
      Input input,
      Shelf shelf,
      Engine.Options options,
      Cancellation cancellation) {
    this.gpus =
        plan.acceleration()
            .map(wanted -> new GpuWork(plan, wanted, input, options, this::isStopped));
    this.plans = plans;
    this.plan = plan;
    this.input = input;
    this.shelf = shelf;
    this.options = options;
    this.cancellation = cancellation;
    this.steps = new PieceLog(plan, options.pieces());
    this.courses = new Courses(plan, input.info(), options.coded(), options.log());
    this.rungs = new RungMeter(plan, input.info());
  }

  /**
   * Makes the pieces that are missing, and waits until all are there or the job is cancelled.
   *
   * @param more whether others follow soon, so that GPUs are to stay open
   * @throws FailureException the first failure of a lane
   * @throws NoGpuLeft when the GPUs of the plan cannot do it
   */
  void run(List<? extends Piece> pieces, boolean more) {
    for (Piece piece : pieces) {
      allFrames += frames(piece);
      if (!shelf.has(piece)) {
        waiting.add(piece);
        continue;
      }
      steps.reused(piece);
      courses.reused(piece, shelf.kept(piece));
      if (piece instanceof Piece.Pictures) {
        rungs.reused(frames(piece));
      }
      reused += isOfOutputs(piece) ? 1 : 0;
      doneFrames.addAndGet(frames(piece));
      doneSegments.addAndGet(segments(piece));
    }
    int lanes = Math.min(waiting.size(), wantedLanes());
    count = Math.max(Math.max(1, lanes), count);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      int number = i;
      threads.add(Thread.ofPlatform().daemon().name("lane " + i).start(() -> lane(number, more)));
    }
    await(threads);
    if (hasGivenWay()) {
      cancellation.cancel();
    }
    Throwable first = failure();
    if (first instanceof Uncuttable || first instanceof NoGpuLeft) {
      throw (RuntimeException) first;
    }
    Engine.rethrow(Optional.ofNullable(first), plan.input().source());
  }

  /** Whether the outputs are made of it, and it is not beside others. */
  private static boolean isOfOutputs(Piece piece) {
    return switch (piece) {
      case Piece.Whole _, Piece.Rest _, Piece.Pictures _ -> true;
      case Piece.Analysis _, Piece.Again _, Piece.Leaner _ -> false;
    };
  }

  private int wantedLanes() {
    int processors = Runtime.getRuntime().availableProcessors();
    // Where the processor encodes, it is what must be kept busy.
    boolean encodes = plan.acceleration().flatMap(Plan.Acceleration::encoding).isEmpty();
    int most = Math.max(gpus.map(GpuWork::lanes).orElse(1), encodes ? processors : 1);
    int wanted = options.lanes().orElseGet(() -> Memory.lanes(most, plan, input.info()));
    return Math.clamp(wanted, 1, MOST);
  }

  private void await(List<Thread> threads) {
    Beat beat = new Beat(this::hasPictures);
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join(beat.millis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          cancellation.cancel();
        }
        if (!isStopped() && (beat.isTime() || !thread.isAlive())) {
          show();
        }
      }
    }
  }

  private boolean hasPictures() {
    return doneFrames.get() > 0
        || running.stream().anyMatch(pipeline -> pipeline.accounts().videoFrames() > 0);
  }

  private void show() {
    try {
      options.progress().accept(progress());
    } catch (RuntimeException e) {
      fail(e);
    }
  }

  private synchronized @Nullable Throwable failure() {
    return failure;
  }

  private synchronized void fail(Throwable error) {
    if (failure == null) {
      failure = error;
    } else {
      failure.addSuppressed(error);
    }
  }

  private boolean isStopped() {
    return cancellation.isCancelled() || failure() != null;
  }

  private synchronized Optional<Piece> next() {
    return isStopped() || cancellation.isGivingWay()
        ? Optional.empty()
        : Optional.ofNullable(waiting.poll());
  }

  /** Pieces were left that nobody takes any more. */
  private synchronized boolean hasGivenWay() {
    return cancellation.isGivingWay() && failure == null && !waiting.isEmpty();
  }

  private void lane(int number, boolean more) {
    try (Seekable own = new Seekable()) {
      for (Optional<Piece> piece = next(); piece.isPresent(); piece = next()) {
        make(piece.get(), number, own);
      }
      if (!more) {
        gpus.ifPresent(GpuWork::close); // others may still be long, with what needs none
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  private void make(Piece piece, int lane, Seekable own) {
    Supplier<Input> inputs = () -> first(piece) ? input : own.inputFor(piece);
    if (needsGpu(piece)) {
      gpus.orElseThrow()
          .make(
              piece,
              inputs,
              (from, seat, session, watch) ->
                  told(
                      piece,
                      lane,
                      Optional.of(seat.key()),
                      () -> make(piece, from, session, watch)));
    } else {
      Input from = inputs.get();
      told(piece, lane, Optional.empty(), () -> make(piece, from, null, _ -> () -> {}));
    }
  }

  /**
   * @param work whether the piece is done
   */
  private void told(Piece piece, int lane, Optional<String> device, BooleanSupplier work) {
    boolean done = false;
    steps.begun(piece, OptionalInt.of(lane), device);
    try {
      done = work.getAsBoolean();
    } finally {
      steps.over(piece, OptionalInt.of(lane), device, done);
    }
  }

  /** What is read once, as a pipe is, is read from where probing left off. */
  private boolean first(Piece piece) {
    return piece instanceof Piece.Whole && begun.add(piece.name());
  }

  private boolean needsGpu(Piece piece) {
    return gpus.isPresent()
        && piece.slots(plan).stream()
            .anyMatch(slot -> plan.tracks().get(slot) instanceof EncodeVideo);
  }

  /** An input that is opened again only for pieces that begin where no seek leads. */
  private final class Seekable implements AutoCloseable {
    private @Nullable Input current;

    Input inputFor(Piece piece) {
      Input now = current;
      if (now != null && piece.from(plan).isPresent() && !now.isAbandoned()) {
        return now;
      }
      close();
      Input opened = input.reopened();
      current = opened;
      return opened;
    }

    @Override
    public void close() {
      if (current != null) {
        current.close();
        current = null;
      }
    }
  }

  /** The GPU is this session's alone: each works in an order of its own. Whether it is done. */
  private boolean make(
      Piece piece, Input own, @Nullable GpuSession session, Function<Pipeline, Runnable> watch) {
    boolean done = false;
    try (Shelf.Place place = shelf.place(piece)) {
      Pipeline pipeline = pipeline(piece, own, place.destination(), session);
      Runnable tick = watch.apply(pipeline);
      Optional<Accounts> counted = Optional.of(pipeline.accounts()).filter(_ -> counts(piece));
      counted.ifPresent(rungs::begun);
      try {
        boolean left = attend(pipeline, own, place, tick);
        if (!isStopped() && (left || pipeline.run().failure().isPresent())) {
          finish(piece, pipeline, place);
          done = true;
        }
      } finally {
        boolean made = done;
        counted.ifPresent(each -> rungs.over(each, made));
      }
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(shelf.path(piece), e), e);
    }
    return done;
  }

  /** Whether every stage left. */
  private boolean attend(Pipeline pipeline, Input own, Shelf.Place place, Runnable tick) {
    running.add(pipeline);
    try {
      return new Attendance(pipeline, own, this::isStopped, tick).run();
    } finally {
      running.remove(pipeline);
      if (own.isAbandoned()) {
        place.abandon();
      }
    }
  }

  /** Whether its pictures are those that are to be made, each once. */
  private static boolean counts(Piece piece) {
    return piece instanceof Piece.Whole || piece instanceof Piece.Pictures;
  }

  private Pipeline pipeline(
      Piece piece, Input from, Destination destination, @Nullable GpuSession session) {
    Plan own = plans.apply(piece);
    return new Pipeline(
        own, piece, from, destination, session, cancellation, courses, LogScope.to(options.log()));
  }

  private void finish(Piece piece, Pipeline pipeline, Shelf.Place place) throws IOException {
    Engine.rethrow(pipeline.run().failure(), plan.input().source());
    pipeline.accounts().check();
    Optional<Segment> segment = piece.ofSegment();
    if (segment.isPresent()) {
      checkFrames(segment.get(), pipeline);
    } else {
      pipeline.checkEnd();
    }
    place.finish(pipeline);
    record(piece, pipeline);
  }

  /** Decoding must have given exactly the pictures that the index says lie in the segment. */
  private void checkFrames(Segment segment, Pipeline pipeline) {
    int source = plan.segmentation().orElseThrow().source();
    Account.Intake intake = pipeline.accounts().intake(source);
    long got = intake.decoded.get() - intake.trimmed.get();
    if (got != segment.frames()) {
      throw new Uncuttable(
          "segment "
              + segment.index()
              + " has "
              + got
              + " pictures where "
              + segment.frames()
              + " were counted");
    }
  }

  private synchronized void record(Piece piece, Pipeline pipeline) {
    doneFrames.addAndGet(frames(piece));
    doneSegments.addAndGet(segments(piece));
    doneBytes.addAndGet(pipeline.writing().bytesWritten());
    pipeline
        .firstPacket()
        .map(since -> pipeline.began() - began + since.toNanos())
        .ifPresent(at -> firstPacket.accumulateAndGet(at, Lanes::earlier));
    pipeline.stageTimes().forEach((stage, time) -> stageTimes.merge(stage, time, Duration::plus));
    warnings.addAll(pipeline.inputWarnings());
  }

  private static long earlier(long one, long other) {
    return one == 0 ? other : Math.min(one, other);
  }

  private static long frames(Piece piece) {
    return piece.ofSegment().map(Segment::frames).orElse(0L);
  }

  private static int segments(Piece piece) {
    return piece instanceof Piece.Pictures ? 1 : 0;
  }

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /** Told once that all pieces are there, and outputs are being made of them. */
  void showEnd() {
    options.progress().accept(progress().at(Stage.FINISH));
  }

  private Progress progress() {
    long tracks = plan.tracks().stream().filter(EncodeVideo.class::isInstance).count();
    long frames = doneFrames.get();
    long bytes = doneBytes.get();
    for (Pipeline pipeline : running) {
      frames += pipeline.accounts().videoFrames() / Math.max(1, tracks);
      bytes += pipeline.writing().bytesWritten();
    }
    Progress progress =
        PieceProgress.of(allFrames(), input.info(), frames, bytes, elapsed())
            .hindered(
                gpus.flatMap(GpuWork::waiting),
                starved.now(running.stream().map(Pipeline::accounts).toList()));
    Progress byRung = rungs.show(progress, pictures());
    return plan.segmentation()
        .map(cut -> byRung.cut(new Progress.Segments(doneSegments.get(), cut.segments().size())))
        .orElse(byRung);
  }

  /** How many pictures there are to do; unknown where they were not counted. */
  private OptionalLong allFrames() {
    return plan.segmentation().isPresent() ? OptionalLong.of(allFrames) : OptionalLong.empty();
  }

  /** How many of them renditions are made of: each once, whatever else is done with them. */
  private OptionalLong pictures() {
    return plan.segmentation()
        .map(cut -> OptionalLong.of(cut.segments().stream().mapToLong(Segment::frames).sum()))
        .orElse(OptionalLong.empty());
  }

  /** When no lane works any more. */
  @Override
  public void close() {
    gpus.ifPresent(GpuWork::close);
  }

  /** Pieces that were there before. */
  int reused() {
    return reused;
  }

  /** How many worked at once. */
  int count() {
    return count;
  }

  /** The story is read outside the monitor: who waits for a seat asks for ours from theirs. */
  List<String> warnings() {
    List<String> all = new ArrayList<>(gpus.map(GpuWork::story).orElse(List.of()));
    synchronized (this) {
      all.addAll(warnings);
    }
    return all;
  }

  synchronized Map<String, Duration> stageTimes() {
    return Map.copyOf(stageTimes);
  }

  Optional<Duration> firstPacket() {
    long nanos = firstPacket.get();
    return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }
}
