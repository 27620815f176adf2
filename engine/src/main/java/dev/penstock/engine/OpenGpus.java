package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that a run has open on its GPUs. Each has its own order of work; what one piece is
 * done with serves the next: the first to open a GPU makes its context, and the last to close it
 * destroys that, which takes long. Safe from any thread.
 */
final class OpenGpus implements AutoCloseable {
  private final Plan.Acceleration gpus;
  private final LogScope log;
  private final Map<Seat, Deque<GpuSession>> idle = new HashMap<>();

  OpenGpus(Plan.Acceleration gpus, LogScope log) {
    this.gpus = gpus;
    this.log = log;
  }

  /** One that nobody else uses, to be given back or closed. */
  GpuSession take(Seat seat) {
    GpuSession kept = kept(seat);
    return kept != null ? kept : new GpuSession(GpuFault.open(gpus, seat, log));
  }

  private synchronized @Nullable GpuSession kept(Seat seat) {
    return of(seat).poll();
  }

  /** For the next piece: nothing uses it any more, and nothing failed on it. */
  synchronized void giveBack(Seat seat, GpuSession session) {
    of(seat).push(session);
  }

  /** Something failed on the GPU: what is idle is not trusted either. */
  void forget(Seat seat) {
    drained(seat).forEach(GpuSession::close);
  }

  /** The GPU hangs: closing what is open on it would, too, so it is left to the process's end. */
  void abandon(Seat seat) {
    List<GpuSession> _ = drained(seat);
  }

  private synchronized List<GpuSession> drained(Seat seat) {
    List<GpuSession> all = List.copyOf(of(seat));
    of(seat).clear();
    return all;
  }

  private Deque<GpuSession> of(Seat seat) {
    return idle.computeIfAbsent(seat, _ -> new ArrayDeque<>());
  }

  @Override
  public void close() {
    gpus.seats().forEach(this::forget);
  }
}
