package dev.penstock.engine;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls of a driver that may never return, each on a thread of its own. One that has not returned
 * in time is left behind: its thread stays in it, and keeps neither the job nor the process.
 *
 * @param patience how long a call may take
 * @param grace how long it may take once the run is to end; what works takes less, so that nothing
 *     is left behind that was only slow
 * @param stopped whether the run is to end
 */
record Deadline(Duration patience, Duration grace, BooleanSupplier stopped) {
  private static final long POLL_MILLIS = 50;

  /**
   * What a call gives, or empty when it has not returned in time. What it throws is thrown.
   *
   * @param late takes what comes after all, on the thread of the call
   */
  <T> Optional<T> get(String name, Supplier<T> call, Consumer<T> late) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread _ = Thread.ofPlatform().daemon().name(name).start(() -> perform(call, late, result));
    try {
      await(result);
      // Who comes second of this and the call is late.
      return result.completeExceptionally(new TimeoutException())
          ? Optional.empty()
          : Optional.of(result.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      if (!result.completeExceptionally(e)) {
        var _ = result.thenAccept(late);
      }
      throw new Aborted();
    } catch (ExecutionException e) {
      throw thrown(e);
    }
  }

  /** Has a call made that nobody waits for. */
  static void leave(String name, Runnable call) {
    CompletableFuture<Boolean> unheard = new CompletableFuture<>();
    Thread _ =
        Thread.ofPlatform()
            .daemon()
            .name(name)
            .start(() -> perform(returning(call), _ -> {}, unheard));
  }

  private static Supplier<Boolean> returning(Runnable call) {
    return () -> {
      call.run();
      return true;
    };
  }

  /** Whether a call has returned in time. */
  boolean keeps(String name, Runnable call) {
    return get(name, returning(call), _ -> {}).isPresent();
  }

  @SuppressWarnings("CatchThrowable") // it is thrown where it is waited for
  private static <T> void perform(Supplier<T> call, Consumer<T> late, CompletableFuture<T> result) {
    try {
      T made = call.get();
      if (!result.complete(made)) {
        late.accept(made);
      }
    } catch (Throwable e) {
      result.completeExceptionally(e);
    }
  }

  private void await(CompletableFuture<?> result) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    boolean last = false;
    while (!result.isDone() && System.nanoTime() - end < 0) {
      if (!last && stopped.getAsBoolean()) {
        last = true;
        end = Math.min(end, System.nanoTime() + grace.toNanos());
      }
      try {
        result.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException | ExecutionException _) {
        // Looked at again, or thrown by who asked.
      }
    }
  }

  private static RuntimeException thrown(ExecutionException e) {
    return switch (e.getCause()) {
      case RuntimeException known -> known;
      case Error error -> throw error;
      case null, default -> new IllegalStateException("a call failed", e);
    };
  }
}
