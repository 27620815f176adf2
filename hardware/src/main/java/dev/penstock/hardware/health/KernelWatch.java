package dev.penstock.hardware.health;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Follows the kernel log of this machine on a thread of its own, which hands every event over. What
 * the log already holds comes first. Closing ends the thread and waits for it, at most two seconds.
 */
public final class KernelWatch implements AutoCloseable {
  private static final Duration WAIT = Duration.ofMillis(200);
  private static final Duration END = Duration.ofSeconds(2);

  private final KernelLog log;
  private final LogLines lines;
  private final Consumer<KernelEvent> events;
  private final Consumer<String> ended;
  private final Thread thread;
  private volatile boolean closed;

  private KernelWatch(
      KernelLog log, LogLines lines, Consumer<KernelEvent> events, Consumer<String> ended) {
    this.log = log;
    this.lines = lines;
    this.events = events;
    this.ended = ended;
    this.thread = Thread.ofPlatform().daemon().name("kernel-log").unstarted(this::run);
  }

  /**
   * Begins to follow a source.
   *
   * @param uuids UUIDs by PCI address, as far as they are known
   * @param events is called on the watching thread
   * @param ended is told why, when the log cannot be followed any more
   * @throws IOException when the source cannot be opened
   */
  public static KernelWatch start(
      KernelSource source,
      LogClock clock,
      Map<String, String> uuids,
      Consumer<KernelEvent> events,
      Consumer<String> ended)
      throws IOException {
    KernelLog log = new KernelLog(Catalogue.standard(), clock, source.trust(), uuids);
    KernelWatch watch = new KernelWatch(log, source.opening().open(), events, ended);
    watch.thread.start();
    return watch;
  }

  /**
   * What a source holds now, without waiting for more.
   *
   * @throws IOException when it cannot be read
   */
  public static List<KernelEvent> read(
      KernelSource source, LogClock clock, Map<String, String> uuids) throws IOException {
    KernelLog log = new KernelLog(Catalogue.standard(), clock, source.trust(), uuids);
    List<KernelEvent> events = new ArrayList<>();
    // journalctl takes a moment before its first line; the others have theirs at once.
    Duration wait = source.trust() == Trust.JOURNAL ? Duration.ofSeconds(1) : Duration.ZERO;
    try (LogLines lines = source.opening().open()) {
      for (Optional<String> line = lines.next(wait); line.isPresent(); line = lines.next(wait)) {
        events.addAll(log.accept(line.get()));
      }
    }
    events.addAll(log.finish());
    return events;
  }

  private void run() {
    try (lines) {
      while (!closed) {
        Optional<String> line = lines.next(WAIT);
        List<KernelEvent> found = line.map(log::accept).orElseGet(log::finish);
        found.forEach(events);
      }
    } catch (IOException | RuntimeException e) {
      // Whoever watches must not go on waiting for a thread that is gone.
      if (!closed) {
        ended.accept(e.getMessage() == null ? e.toString() : e.getMessage());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      boolean _ = thread.join(END);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
