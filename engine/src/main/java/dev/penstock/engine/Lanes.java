package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.av.SpoolWriter;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Progress;
import dev.penstock.model.Segmentation.Segment;
import dev.penstock.planner.Recovery;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Works on the pieces of a plan, several at once. A lane is a thread that takes one piece after the
 * other and reads them from an input of its own. The first failure stops all of them.
 */
final class Lanes implements AutoCloseable {
  /** More lanes than this would each wait for the disk and hold frames. */
  private static final int MOST = 64;

  private static final long TICK_MILLIS = 250;

  /** Between looks whether others have left a GPU that is full. */
  private static final long WAIT_MILLIS = 2000;

  private final Plan plan;
  private final Input input;
  private final WorkFolder work;
  private final PiecePlans plans;
  private final Engine.Options options;
  private final Cancellation cancellation;
  private final Optional<Seats> seats;
  private final Optional<OpenGpus> gpus;
  private final long began = System.nanoTime();
  private final Set<Pipeline> running = ConcurrentHashMap.newKeySet();
  private final AtomicLong doneFrames = new AtomicLong();
  private final AtomicLong doneBytes = new AtomicLong();
  private final AtomicLong firstPacket = new AtomicLong();
  private final Queue<Piece> waiting = new ArrayDeque<>();
  private final List<String> warnings = new ArrayList<>();
  private final Map<String, Duration> stageTimes = new TreeMap<>();
  private final Starved starved = new Starved();
  private final Map<Turns, String> turnsWaited = new ConcurrentHashMap<>();
  private final Set<String> begun = ConcurrentHashMap.newKeySet();
  private @Nullable Throwable failure;
  private @Nullable Failure lastFault;
  private long allFrames;
  private int reused;
  private int count;

  Lanes(
      Plan plan,
      PiecePlans plans,
      Input input,
      WorkFolder work,
      Engine.Options options,
      Cancellation cancellation) {
    this.seats = plan.acceleration().map(Seats::new);
    this.gpus = plan.acceleration().map(wanted -> new OpenGpus(wanted, LogScope.to(options.log())));
    this.plans = plans;
    this.plan = plan;
    this.input = input;
    this.work = work;
    this.options = options;
    this.cancellation = cancellation;
  }

  /**
   * Makes the spools that are missing, and waits until all are there or the job is cancelled.
   *
   * @throws FailureException the first failure of a lane
   * @throws NoGpuLeft when the GPUs of the plan cannot do it
   */
  void run(List<? extends Piece> pieces) {
    for (Piece piece : pieces) {
      allFrames += frames(piece);
      if (!work.has(piece.name())) {
        waiting.add(piece);
        continue;
      }
      reused += isOfOutputs(piece) ? 1 : 0;
      doneFrames.addAndGet(frames(piece));
    }
    int lanes = Math.min(waiting.size(), wantedLanes());
    count = Math.max(Math.max(1, lanes), count);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < lanes; i++) {
      threads.add(Thread.ofPlatform().daemon().name("lane " + i).start(this::lane));
    }
    await(threads);
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
      case Piece.Analysis _, Piece.Again _ -> false;
    };
  }

  private int wantedLanes() {
    int processors = Runtime.getRuntime().availableProcessors();
    // Where the processor encodes, it is what must be kept busy.
    boolean encodes = plan.acceleration().flatMap(Plan.Acceleration::encoding).isEmpty();
    int most = Math.max(seats.map(Seats::lanes).orElse(1), encodes ? processors : 1);
    int wanted = options.lanes().orElseGet(() -> Memory.lanes(most, plan, input.info()));
    return Math.clamp(wanted, 1, MOST);
  }

  private void await(List<Thread> threads) {
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join(TICK_MILLIS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          cancellation.cancel();
        }
        if (!isStopped()) {
          show();
        }
      }
    }
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
    return isStopped() ? Optional.empty() : Optional.ofNullable(waiting.poll());
  }

  private void lane() {
    try (Seekable own = new Seekable()) {
      for (Optional<Piece> piece = next(); piece.isPresent(); piece = next()) {
        if (needsGpu(piece.get())) {
          makeOnGpu(piece.get(), own);
        } else {
          make(
              piece.get(),
              first(piece.get()) ? input : own.inputFor(piece.get()),
              null,
              Turns.FREE);
        }
      }
    } catch (Throwable e) {
      fail(e);
    }
  }

  /** What is read once, as a pipe is, is read from where probing left off. */
  private boolean first(Piece piece) {
    return piece instanceof Piece.Whole && begun.add(piece.name());
  }

  private boolean needsGpu(Piece piece) {
    return seats.isPresent()
        && piece.slots(plan).stream()
            .anyMatch(slot -> plan.tracks().get(slot) instanceof EncodeVideo);
  }

  /** Again on other GPUs, when one fails. */
  private void makeOnGpu(Piece piece, Seekable own) {
    Seats shared = seats.orElseThrow();
    try (Turns turns = Turns.of(plan, piece, options.sessions(), turnsWaited)) {
      while (!isStopped()) {
        turns.await(this::isStopped, shared::story);
        Optional<Plan.Seat> seat = shared.take(piece, this::isStopped);
        if (seat.isEmpty()) {
          if (!isStopped()) {
            throw new NoGpuLeft(lastFault(), shared.story());
          }
          return;
        }
        Optional<FailureException> fault = attempt(piece, own, seat.get(), turns);
        if (fault.isEmpty()) {
          return;
        }
        boolean limit = turns.refused(fault.get());
        turns.leave();
        recover(piece, seat.get(), fault.get(), limit);
      }
    }
  }

  /** Empty when it was done, or stopped. */
  private Optional<FailureException> attempt(
      Piece piece, Seekable own, Plan.Seat seat, Turns turns) {
    Input from = first(piece) ? input : own.inputFor(piece);
    try {
      make(piece, from, seat, turns);
      turns.look();
      return Optional.empty();
    } catch (FailureException e) {
      if (GpuFault.of(e).isEmpty() || (from == input && !input.info().seekable())) {
        throw e;
      }
      return Optional.of(e);
    } finally {
      if (from.isAbandoned()) {
        turns.abandon();
      }
      seats.orElseThrow().leave(seat);
    }
  }

  private void recover(Piece piece, Plan.Seat seat, FailureException fault, boolean limit) {
    Recovery.Fault kind = limit ? Recovery.Fault.LIMIT : GpuFault.of(fault).orElseThrow();
    boolean opens =
        kind != Recovery.Fault.LOST
            || (!(fault.getCause() instanceof Watch.Unresponsive)
                && GpuFault.opens(
                    plan.acceleration().orElseThrow(), seat, LogScope.to(options.log())));
    remember(fault.failure());
    Seats shared = seats.orElseThrow();
    Failure.Diagnosis what = fault.failure().diagnosis();
    String why = what.problem() + ": " + what.likelyCause();
    switch (shared.failed(piece, seat, kind, opens, why)) {
      case ELSEWHERE, WITHOUT_IT, FEWER, IN_TURN -> {}
      case LATER -> pause();
      case NEXT_WAY -> throw new NoGpuLeft(fault.failure(), shared.story());
      case QUARANTINE -> throw new FailureException(quarantined(piece, what), fault);
    }
  }

  /** For others to leave the GPU. */
  private static void pause() {
    try {
      Thread.sleep(WAIT_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Aborted();
    }
  }

  private synchronized void remember(Failure failure) {
    lastFault = failure;
  }

  private synchronized Failure lastFault() {
    return Objects.requireNonNull(lastFault);
  }

  private Failure quarantined(Piece piece, Failure.Diagnosis last) {
    return new Failure.BadInput(
        new Failure.Diagnosis(
            plan.input().source(),
            last.stage(),
            "two GPUs failed on " + piece.name() + ", and both work otherwise",
            "something in it brings the driver or the GPU down; last: " + last.likelyCause(),
            "use --hardware off for this input, and run penstock faults to see what the driver"
                + " reported"));
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

  /** The GPU is this session's alone: each works in an order of its own. */
  private void make(Piece piece, Input own, Plan.@Nullable Seat seat, Turns turns) {
    GpuSession session = seat == null ? null : gpus.orElseThrow().take(seat);
    boolean done = false;
    try {
      make(piece, own, seat, turns, session);
      done = true;
    } finally {
      // Stages that hang still use it: it is left to the end of the process then.
      if (seat != null && session != null && own.isAbandoned()) {
        gpus.orElseThrow().abandon(seat);
      } else if (seat != null && session != null) {
        putBack(seat, session, done);
      }
    }
  }

  private void putBack(Plan.Seat seat, GpuSession session, boolean sound) {
    if (sound) {
      gpus.orElseThrow().giveBack(seat, session);
    } else {
      session.close();
      gpus.orElseThrow().forget(seat);
    }
  }

  private void make(
      Piece piece, Input own, Plan.@Nullable Seat seat, Turns turns, @Nullable GpuSession session) {
    Path path = work.unfinished(piece.name());
    try (SpoolWriter spool = SpoolWriter.create(path, work.owner(piece.name()))) {
      Pipeline pipeline = pipeline(piece, own, path, spool, session);
      Runnable tick = seat == null ? () -> {} : tick(pipeline, seat, turns);
      boolean left;
      running.add(pipeline);
      try {
        left = new Attendance(pipeline, own, this::isStopped, tick).run();
      } finally {
        running.remove(pipeline);
      }
      if (!isStopped() && (left || pipeline.run().failure().isPresent())) {
        finish(piece, pipeline);
      }
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(path, e), e);
    }
  }

  private Runnable tick(Pipeline pipeline, Plan.Seat seat, Turns turns) {
    turns.watch(pipeline);
    Watch watch = new Watch(pipeline, seat, options.patience());
    return () -> {
      turns.look();
      watch.run();
    };
  }

  private Pipeline pipeline(
      Piece piece, Input from, Path path, SpoolWriter spool, @Nullable GpuSession session) {
    Destination destination =
        new Destination.Spooled(
            path,
            spool,
            wants(plan, Muxer::wantsGlobalHeader),
            wants(plan, Muxer::holdsAttachments),
            piece.slots(plan).size(),
            piece);
    Plan own = plans.of(piece);
    return new Pipeline(
        own, piece, from, destination, session, cancellation, LogScope.to(options.log()));
  }

  /** What spools depend on of the outputs that are made of them. */
  static String traits(Plan plan) {
    return wants(plan, Muxer::wantsGlobalHeader)
        + " "
        + wants(plan, Muxer::holdsAttachments)
        + " "
        + wants(plan, "mpegts"::equals);
  }

  /** Of the formats of the plan's files; those of one plan agree. */
  private static boolean wants(Plan plan, Predicate<String> trait) {
    return plan.outputs().stream()
        .anyMatch(output ->
            switch (output) {
              case Plan.File file -> trait.test(file.format());
              case Plan.Presentation _ -> trait.test("mp4");
              case Plan.Poster _, Plan.Thumbnails _ -> false;
            });
  }

  private void finish(Piece piece, Pipeline pipeline) throws IOException {
    Engine.rethrow(pipeline.run().failure(), plan.input().source());
    pipeline.accounts().check();
    Optional<Segment> segment = piece.ofSegment();
    if (segment.isPresent()) {
      checkFrames(segment.get(), pipeline);
    } else {
      pipeline.checkEnd();
    }
    if (piece instanceof Piece.Analysis(Segment analysed)) {
      work.keepNotes(analysed.index());
    }
    work.finish(piece.name());
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

  private Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private Progress progress() {
    long tracks = plan.tracks().stream().filter(EncodeVideo.class::isInstance).count();
    long frames = doneFrames.get();
    long bytes = doneBytes.get();
    for (Pipeline pipeline : running) {
      frames += pipeline.accounts().videoFrames() / Math.max(1, tracks);
      bytes += pipeline.writing().bytesWritten();
    }
    return PieceProgress.of(allFrames(), input.info(), frames, bytes, elapsed())
        .hindered(
            turnsWaited.values().stream().findFirst(),
            starved.now(running.stream().map(Pipeline::accounts).toList()));
  }

  /** How many pictures there are to do; unknown where they were not counted. */
  private OptionalLong allFrames() {
    return plan.segmentation().isPresent() ? OptionalLong.of(allFrames) : OptionalLong.empty();
  }

  /** When no lane works any more. */
  @Override
  public void close() {
    gpus.ifPresent(OpenGpus::close);
  }

  /** Pieces that were there before. */
  int reused() {
    return reused;
  }

  /** How many worked at once. */
  int count() {
    return count;
  }

  synchronized List<String> warnings() {
    List<String> all = new ArrayList<>(seats.map(Seats::story).orElse(List.of()));
    all.addAll(warnings);
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
