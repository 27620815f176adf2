package dev.penstock.hardware.nvidia;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A thread that makes calls which may never return. It takes one question at a time: while one is
 * unanswered no other is put. Questions come from one thread.
 */
final class CallerThread implements AutoCloseable {
  private final LinkedBlockingQueue<FutureTask<?>> questions = new LinkedBlockingQueue<>();
  private final InstantSource clock;
  private final Worker worker;
  private @Nullable Question<?> unanswered;

  CallerThread(String name, InstantSource clock) {
    this.clock = clock;
    worker = new Worker(name);
    worker.start();
  }

  /** Notes, on such a thread, which function is about to be called. */
  static void enters(String function) {
    if (Thread.currentThread() instanceof Worker worker) {
      worker.function = function;
    }
  }

  /** Puts a question, unless an earlier one has no answer yet: then that one's silence goes on. */
  <T> Question<T> ask(Callable<T> question) {
    Question<?> earlier = unanswered;
    if (earlier != null && !earlier.task.isDone()) {
      return new Question<>(new FutureTask<>(question), earlier.since, /* put= */ false);
    }
    Question<T> asked = new Question<>(new FutureTask<>(question), clock.instant(), true);
    unanswered = asked;
    questions.add(asked.task);
    return asked;
  }

  /** Ends the thread after the call it is in, if that ever returns. Does not wait. */
  @Override
  public void close() {
    questions.add(Worker.END);
  }

  /** What came of a question. */
  sealed interface Outcome<T> {
    record Answered<T>(T value) implements Outcome<T> {}

    /**
     * Nothing, yet.
     *
     * @param function that does not return
     */
    record Silent<T>(String function, Instant since) implements Outcome<T> {
      String text() {
        return "does not answer since " + since.truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
      }
    }
  }

  /** A question that was put, or could not be. */
  final class Question<T> {
    private final FutureTask<T> task;
    private final Instant since;
    private final boolean put;

    private Question(FutureTask<T> task, Instant since, boolean put) {
      this.task = task;
      this.since = since;
      this.put = put;
    }

    /** Waits for the answer. */
    Outcome<T> await(Duration deadline) {
      if (!put) {
        return silent();
      }
      try {
        return new Outcome.Answered<>(
            task.get(Math.max(0, deadline.toNanos()), TimeUnit.NANOSECONDS));
      } catch (TimeoutException _) {
        return silent();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return silent();
      } catch (ExecutionException e) {
        throw new IllegalStateException("reading NVML failed", e.getCause());
      }
    }

    private Outcome<T> silent() {
      return new Outcome.Silent<>(worker.function, since);
    }
  }

  private final class Worker extends Thread {
    private static final FutureTask<?> END = new FutureTask<>(() -> {}, "");
    private volatile String function = "";

    private Worker(String name) {
      super(name);
      setDaemon(true);
    }

    @Override
    public void run() {
      try {
        for (FutureTask<?> next = questions.take(); !next.equals(END); next = questions.take()) {
          next.run();
        }
      } catch (InterruptedException _) {
        // Nobody interrupts it; it ends as if it were closed.
      }
    }
  }
}
