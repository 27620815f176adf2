package dev.penstock.node.worker;

import dev.penstock.node.JobId;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** A task as its owner, the thread of the workers, has it. */
final class Assignment {
  final long number;
  final JobId job;
  final Setting setting;
  final Consumer<FromWorker> watcher;
  final CompletableFuture<Result> result = new CompletableFuture<>();
  private final LongFunction<ToWorker> order;
  private Pace pace = Pace.from(Duration.ZERO);
  private @Nullable Duration toldToStop;
  private boolean begun;
  private boolean cancelled;
  private @Nullable String condemned;

  Assignment(
      long number,
      JobId job,
      Setting setting,
      Consumer<FromWorker> watcher,
      LongFunction<ToWorker> order) {
    this.number = number;
    this.job = job;
    this.setting = setting;
    this.watcher = watcher;
    this.order = order;
  }

  ToWorker order() {
    return order.apply(number);
  }

  void begins(Duration now) {
    pace = Pace.from(now);
  }

  /** Whether the worker said something of it: what is only handed over may not be looked at. */
  boolean hasBegun() {
    return begun;
  }

  void told(FromWorker.Progress said, Duration now) {
    begun = true;
    pace = pace.told(said, now);
  }

  /** It was told to stop at once. */
  void cancel(Duration now) {
    cancelled = true;
    stopping(now);
  }

  /** It takes too long, and was told to stop. */
  void condemn(String why, Duration now) {
    condemned = why;
    stopping(now);
  }

  private void stopping(Duration now) {
    if (toldToStop == null) {
      toldToStop = now;
    }
  }

  boolean isCancelled() {
    return cancelled;
  }

  /** What is wrong with it, once it was told to stop for that. */
  Optional<String> condemned() {
    return Optional.ofNullable(condemned);
  }

  Optional<String> overdue(Timeouts timeouts, Duration now) {
    return toldToStop == null ? pace.overdue(timeouts, now) : Optional.empty();
  }

  boolean doesNotLetGo(Timeouts timeouts, Duration now) {
    return toldToStop != null && now.minus(toldToStop).compareTo(timeouts.letGo()) > 0;
  }

  Optional<String> kept() {
    return setting.work().map(Object::toString);
  }
}
