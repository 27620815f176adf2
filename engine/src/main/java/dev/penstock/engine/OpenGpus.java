package dev.penstock.engine;

import dev.penstock.av.LogScope;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Stage;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The sessions that a run has open on its GPUs. Each has its own order of work; what one piece is
 * done with serves the next: the first to open a GPU makes its context, and the last to close it
 * destroys that, which takes long. A GPU on which that does not return in time hangs, and gets no
 * more work: what is open on it is closed where nobody waits for it. Safe from any thread.
 */
final class OpenGpus implements AutoCloseable {
  private final Plan.Acceleration gpus;
  private final LogScope log;
  private final Deadline deadline;
  private final Consumer<String> story;
  private final Map<Seat, Deque<GpuSession>> idle = new HashMap<>();
  private final Set<Seat> hung = ConcurrentHashMap.newKeySet();

  /**
   * @param deadline for each opening and closing
   * @param story is told what hangs when it is closed
   */
  OpenGpus(Plan.Acceleration gpus, LogScope log, Deadline deadline, Consumer<String> story) {
    this.gpus = gpus;
    this.log = log;
    this.deadline = deadline;
    this.story = story;
  }

  /**
   * One that nobody else uses, to be given back or discarded.
   *
   * @throws FailureException when it cannot be opened, or hangs
   */
  GpuSession take(Seat seat) {
    if (hangs(seat)) {
      throw GpuFault.unresponsive(seat, Stage.OPEN, "did not answer before");
    }
    GpuSession kept = kept(seat);
    return kept != null ? kept : opened(seat);
  }

  private GpuSession opened(Seat seat) {
    return deadline
        .get(
            "open " + seat, () -> new GpuSession(GpuFault.open(gpus, seat, log)), GpuSession::close)
        .orElseThrow(() -> {
          hung.add(seat);
          return GpuFault.unresponsive(
              seat, Stage.OPEN, "could not be opened in " + GpuFault.words(deadline.patience()));
        });
  }

  private synchronized @Nullable GpuSession kept(Seat seat) {
    return of(seat).poll();
  }

  /** Whether the GPU can be opened now. */
  boolean opens(Seat seat) {
    if (gpus.surfaces() == Plan.Surfaces.NONE) {
      return true;
    }
    try {
      GpuSession session = opened(seat);
      return closed(seat, List.of(session));
    } catch (FailureException _) {
      return false;
    }
  }

  /** Whether it did not return from a call, so that nothing more is to be tried on it. */
  boolean hangs(Seat seat) {
    return hung.contains(seat);
  }

  /** The keys of those that hang. */
  Set<String> hung() {
    return hung.stream().map(Seat::key).collect(Collectors.toSet());
  }

  /** For the next piece: nothing uses it any more, and nothing failed on it. */
  void giveBack(Seat seat, GpuSession session) {
    if (session.hasChanged() && !returns(seat, session::dropChanged)) {
      return;
    }
    synchronized (this) {
      of(seat).push(session);
    }
  }

  /** Something failed on the GPU: what is idle is not trusted either. */
  void discard(Seat seat, GpuSession session) {
    List<GpuSession> all = drained(seat);
    all.add(session);
    boolean _ = closed(seat, all);
  }

  /** The GPU hangs: closing what is open on it would, too, and is not waited for. */
  void abandon(Seat seat) {
    hung.add(seat);
    leave(seat, drained(seat));
  }

  private static void leave(Seat seat, List<GpuSession> sessions) {
    sessions.forEach(session -> Deadline.leave("close " + seat, session::close));
  }

  private boolean closed(Seat seat, List<GpuSession> sessions) {
    if (hangs(seat)) {
      leave(seat, sessions);
      return false;
    }
    return sessions.isEmpty() || returns(seat, () -> sessions.forEach(GpuSession::close));
  }

  private boolean returns(Seat seat, Runnable closing) {
    if (deadline.keeps("close " + seat, closing)) {
      return true;
    }
    if (hung.add(seat)) {
      story.accept(
          seat
              + " did not let go of what was open on it in "
              + GpuFault.words(deadline.patience())
              + "; that is left to the end of the process");
    }
    abandon(seat);
    return false;
  }

  private synchronized List<GpuSession> drained(Seat seat) {
    List<GpuSession> all = new ArrayList<>(of(seat));
    of(seat).clear();
    return all;
  }

  private Deque<GpuSession> of(Seat seat) {
    return idle.computeIfAbsent(seat, _ -> new ArrayDeque<>());
  }

  /** Closes what is idle. Others can be taken afterwards. */
  @Override
  public void close() {
    gpus.seats().forEach(seat -> closed(seat, drained(seat)));
  }
}
