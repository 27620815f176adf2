package dev.penstock.cli;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.Supplier;
import picocli.CommandLine;

/**
 * Command lines that read the options of {@code T}. To make one takes far longer than to read with
 * it, and a daemon reads hundreds of job files a second, so they are used again: by one caller at a
 * time, each of whose readings begins with the defaults. Any thread.
 *
 * @param <T> what holds the options
 */
final class OptionLines<T> {
  private static final int MOST_KEPT = 16;

  /** One, and where it puts what it reads. */
  record Line<T>(T options, CommandLine reader) {}

  private final Supplier<T> fresh;
  private final Queue<Line<T>> idle = new ConcurrentLinkedQueue<>();
  private final Semaphore places = new Semaphore(MOST_KEPT);

  /**
   * @param fresh options as they are before anything is read
   */
  OptionLines(Supplier<T> fresh) {
    this.fresh = fresh;
  }

  /** Nothing of the line may be kept: what is read belongs to others afterwards. */
  <R> R lend(Function<Line<T>, R> use) {
    Line<T> kept = idle.poll();
    if (kept != null) {
      places.release();
    }
    Line<T> line = kept == null ? made() : kept;
    R result = use.apply(line);
    if (places.tryAcquire()) {
      idle.add(line);
    }
    return result;
  }

  private Line<T> made() {
    T options = fresh.get();
    return new Line<>(options, JobKeys.lineOf(options));
  }
}
