package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.DeviceCalls;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The threads and links of one job, and the first thing that went wrong. Safe from any thread. */
final class Run {
  private static final long POLL_MILLIS = 50;

  private final Cancellation cancellation;
  private final List<Thread> threads = new ArrayList<>();
  private final List<Link<?>> links = new ArrayList<>();
  private final Map<String, Long> stageNanos = new TreeMap<>();
  private @Nullable Throwable failure;
  private boolean stopped;

  Run(Cancellation cancellation) {
    this.cancellation = cancellation;
  }

  /** A stage's work. */
  interface Stage {
    void run() throws Exception;
  }

  synchronized <T extends AutoCloseable> Link<T> link(int capacity) {
    Link<T> link = new Link<>(capacity);
    links.add(link);
    return link;
  }

  /**
   * Adds a stage; it starts with {@link #start}.
   *
   * @param failed says what a libav error means in this stage
   */
  synchronized void stage(String name, Stage stage, Function<AvException, Failure> failed) {
    // A daemon: one that hangs in a blocking read must not keep the JVM from ending.
    threads.add(
        Thread.ofPlatform().daemon().name(name).unstarted(() -> perform(name, stage, failed)));
  }

  void start() {
    snapshot().forEach(Thread::start);
  }

  private void perform(String name, Stage stage, Function<AvException, Failure> failed) {
    long before = System.nanoTime();
    try {
      stage.run();
    } catch (Aborted _) {
      // Whoever stopped the run has said why.
    } catch (AvException e) {
      fail(new FailureException(failed.apply(e), e));
    } catch (Throwable e) {
      fail(e);
    } finally {
      record(name, System.nanoTime() - before);
    }
  }

  private synchronized void record(String name, long nanos) {
    stageNanos.put(name, nanos);
  }

  /** Stops everything because of {@code error}; only the first one counts. */
  void fail(Throwable error) {
    synchronized (this) {
      if (failure == null) {
        failure = error;
      } else {
        failure.addSuppressed(error);
      }
    }
    stop();
  }

  /** Stops everything. */
  void stop() {
    List<Link<?>> all;
    synchronized (this) {
      stopped = true;
      all = List.copyOf(links);
    }
    all.forEach(Link::abort);
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  /** For stages that work long without touching a link. */
  void check() {
    if (isStopped() || cancellation.isCancelled()) {
      throw new Aborted();
    }
  }

  /** Whether every stage has left, waiting for it at most so long. */
  boolean leftWithin(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (isRunning() && System.nanoTime() < deadline) {
      await(POLL_MILLIS);
    }
    return !isRunning();
  }

  boolean isRunning() {
    return snapshot().stream().anyMatch(Thread::isAlive);
  }

  /** Waits for one stage to end, at most so long. */
  void await(long millis) {
    try {
      Optional<Thread> alive = snapshot().stream().filter(Thread::isAlive).findFirst();
      if (alive.isPresent()) {
        alive.get().join(millis);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      cancellation.cancel();
    }
  }

  /** For how long a stage has been inside one call on a device; zero when none is in any. */
  Duration longestDeviceCall() {
    return DeviceCalls.longest(snapshot());
  }

  private synchronized List<Thread> snapshot() {
    return List.copyOf(threads);
  }

  synchronized Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  synchronized Map<String, Long> stageNanos() {
    return new TreeMap<>(stageNanos);
  }
}
