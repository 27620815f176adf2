package dev.penstock.node;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** Has things done again and again, on a thread of its own, until it is closed. */
final class Pulse implements AutoCloseable {
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("pulse").factory());

  /** Begins at once; what fails once is tried again. */
  void every(Duration period, Runnable step) {
    ScheduledFuture<?> _ =
        thread.scheduleWithFixedDelay(
            () -> guarded(step), 0, period.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      System.getLogger(Pulse.class.getName()).log(System.Logger.Level.WARNING, e.toString(), e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
