package dev.penstock.engine;

import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The GPUs that a run has open. Each session has one of its own, with its own order of work; what a
 * session is done with serves the next: the first to open a GPU makes its context, and the last to
 * close it destroys that, which takes long. Safe from any thread.
 */
final class OpenGpus implements AutoCloseable {
  private final Plan.Acceleration gpus;
  private final LogScope log;
  private final Map<Seat, Deque<HwDevice>> idle = new HashMap<>();

  OpenGpus(Plan.Acceleration gpus, LogScope log) {
    this.gpus = gpus;
    this.log = log;
  }

  /** One for a session, to be given back or closed; null where pictures do not lie on the GPU. */
  @Nullable HwDevice take(Seat seat) {
    HwDevice kept = kept(seat);
    return kept != null ? kept : GpuFault.open(gpus, seat, log);
  }

  private synchronized @Nullable HwDevice kept(Seat seat) {
    return of(seat).poll();
  }

  /** For the next session: nothing uses it any more, and nothing failed on it. */
  synchronized void giveBack(Seat seat, HwDevice device) {
    of(seat).push(device);
  }

  /** Something failed on the GPU: what is idle is not trusted either. */
  synchronized void forget(Seat seat) {
    of(seat).forEach(HwDevice::close);
    of(seat).clear();
  }

  private Deque<HwDevice> of(Seat seat) {
    return idle.computeIfAbsent(seat, _ -> new ArrayDeque<>());
  }

  @Override
  public synchronized void close() {
    idle.keySet().forEach(this::forget);
  }
}
