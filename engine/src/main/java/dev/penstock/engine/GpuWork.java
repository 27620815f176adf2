package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.planner.Recovery;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Has pieces worked on by the GPUs of a plan: each gets a seat, its turn where sessions are
 * limited, and a session; it is watched while it works, and worked on again, elsewhere or later,
 * when the GPU fails. Safe from any thread; a piece is of one lane.
 */
final class GpuWork implements AutoCloseable {
  /** Between looks whether others have left a GPU that is full. */
  private static final long WAIT_MILLIS = 2000;

  private final Plan plan;
  private final Input first;
  private final Engine.Options options;
  private final BooleanSupplier stopped;
  private final Seats seats;
  private final OpenGpus gpus;
  private final Map<Turns, String> turnsWaited = new ConcurrentHashMap<>();
  private @Nullable Failure lastFault;

  /**
   * @param gpus those of the plan
   * @param first that pieces may be read from where probing left off; never closed here
   * @param stopped whether the run is to end
   */
  GpuWork(
      Plan plan,
      Plan.Acceleration gpus,
      Input first,
      Engine.Options options,
      BooleanSupplier stopped) {
    this.plan = plan;
    this.first = first;
    this.options = options;
    this.stopped = stopped;
    this.seats = new Seats(gpus);
    this.gpus =
        new OpenGpus(
            gpus,
            LogScope.to(options.log()),
            new Deadline(options.patience(), Attendance.STOP_LIMIT, stopped),
            seats::tell);
  }

  /** Works on a piece once. */
  interface Making {
    /**
     * Returns when it is done, or the run stopped.
     *
     * @param seat whose GPU it is
     * @param watch what is to be called now and then while a pipeline runs
     * @throws FailureException when it failed
     */
    void make(Input from, Plan.Seat seat, GpuSession session, Function<Pipeline, Runnable> watch);
  }

  /** How many pieces keep all engines busy. */
  int lanes() {
    return seats.lanes();
  }

  /**
   * Has a piece made, again on other GPUs when one fails. Returns when it is done, or the run
   * stopped.
   *
   * @param inputs gives what it is read from, for each time anew
   * @throws NoGpuLeft when the GPUs cannot do it
   * @throws FailureException when it fails and they have nothing to do with it
   */
  void make(Piece piece, Supplier<Input> inputs, Making making) {
    try (Turns turns = Turns.of(plan, piece, options.sessions(), turnsWaited)) {
      boolean done = false;
      while (!done && !stopped.getAsBoolean()) {
        turns.await(stopped, seats::story);
        Optional<Plan.Seat> seat = seats.take(piece, stopped);
        done = seat.isEmpty() || attempt(piece, seat.get(), inputs, making, turns);
        if (seat.isEmpty() && !stopped.getAsBoolean()) {
          throw new NoGpuLeft(lastFault(), seats.story());
        }
      }
    } catch (NoGpuLeft e) {
      throw e.withHung(gpus.hung());
    }
  }

  /** Whether it is done. */
  private boolean attempt(
      Piece piece, Plan.Seat seat, Supplier<Input> inputs, Making making, Turns turns) {
    Optional<FailureException> fault = Optional.empty();
    try {
      fault = fault(seat, inputs.get(), making, turns);
    } finally {
      if (fault.isEmpty()) {
        seats.leave(seat);
      }
    }
    if (fault.isEmpty()) {
      return true;
    }
    boolean limit = turns.refused(fault.get());
    turns.leave();
    if (!stopped.getAsBoolean()) {
      recover(piece, seat, fault.get(), limit);
    }
    return false;
  }

  /** What failed on the GPU; empty when nothing did. */
  private Optional<FailureException> fault(Plan.Seat seat, Input from, Making making, Turns turns) {
    GpuSession session = null;
    boolean sound = false;
    boolean hangs = false;
    try {
      session = gpus.take(seat);
      making.make(from, seat, session, pipeline -> watch(pipeline, seat, turns));
      turns.look();
      sound = true;
      return Optional.empty();
    } catch (FailureException e) {
      hangs = e.getCause() instanceof GpuFault.Unresponsive;
      if (GpuFault.of(e).isEmpty() || (from == first && !first.info().seekable())) {
        throw e;
      }
      return Optional.of(e);
    } finally {
      if (hangs) {
        gpus.abandon(seat);
      }
      if (from.isAbandoned()) {
        // Stages that have not left still use the session: it stays open to the end of the process.
        turns.abandon();
      } else if (session != null) {
        putBack(seat, session, sound);
      }
    }
  }

  private void putBack(Plan.Seat seat, GpuSession session, boolean sound) {
    if (sound) {
      gpus.giveBack(seat, session);
    } else {
      gpus.discard(seat, session);
    }
  }

  private Runnable watch(Pipeline pipeline, Plan.Seat seat, Turns turns) {
    turns.watch(pipeline);
    Watch watch = new Watch(pipeline.run(), seat, options.patience());
    return () -> {
      turns.look();
      watch.run();
    };
  }

  private void recover(Piece piece, Plan.Seat seat, FailureException fault, boolean limit) {
    Recovery.Fault kind = kind(seat, fault, limit);
    boolean opens = kind != Recovery.Fault.LOST || (!gpus.hangs(seat) && gpus.opens(seat));
    remember(fault.failure());
    Failure.Diagnosis what = fault.failure().diagnosis();
    String why = what.problem() + ": " + what.likelyCause();
    switch (seats.failed(piece, seat, kind, opens, why)) {
      case ELSEWHERE, WITHOUT_IT, FEWER, IN_TURN -> {}
      case LATER -> pause();
      case NEXT_WAY -> throw new NoGpuLeft(fault.failure(), seats.story());
      case QUARANTINE -> throw new FailureException(quarantined(piece, what), fault);
    }
  }

  /** Whatever failed first: a GPU that did not let go of it afterwards is lost. */
  private Recovery.Fault kind(Plan.Seat seat, FailureException fault, boolean limit) {
    if (gpus.hangs(seat)) {
      return Recovery.Fault.LOST;
    }
    return limit ? Recovery.Fault.LIMIT : GpuFault.of(fault).orElseThrow();
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

  /** Why pieces wait for sessions, if any does. */
  Optional<String> waiting() {
    return turnsWaited.values().stream().findFirst();
  }

  /** What failed and what was done about it, in order. */
  List<String> story() {
    return seats.story();
  }

  /** Closes what no piece works with now. More can be made afterwards. */
  @Override
  public void close() {
    gpus.close();
  }
}
