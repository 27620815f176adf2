package dev.penstock.hardware.health;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.health.KernelLogFacts.Seen;
import dev.penstock.model.FailureException;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads the kernel log of this machine as far as it goes back. */
public final class KernelLogProbe implements Probe<KernelLogFacts> {
  private static final int MOST = 200;

  /** A log that gives nothing for so long has been read to its end. */
  private static final Duration QUIET = Duration.ofMillis(300);

  private static final Duration LONGEST = Duration.ofSeconds(6);

  @Override
  public KernelLogFacts ask(String argument) throws IOException {
    return read(KernelSource.Places.ofThisMachine());
  }

  static KernelLogFacts read(KernelSource.Places places) throws IOException {
    KernelSource source;
    try {
      source = KernelSource.find(places);
    } catch (FailureException e) {
      String cause = e.failure().diagnosis().likelyCause();
      return new KernelLogFacts(
          Reading.absent(Why.DENIED, "kernel log", cause), List.of(), List.of());
    }
    return new KernelLogFacts(
        Reading.of(source.name(), source.name()), source.refused(), events(source));
  }

  private static List<Seen> events(KernelSource source) throws IOException {
    LogClock clock = KernelSource.clock();
    KernelLog log = new KernelLog(Catalogue.standard(), clock, source.trust(), Map.of());
    Deque<Seen> events = new ArrayDeque<>();
    long end = System.nanoTime() + LONGEST.toNanos();
    try (LogLines lines = source.opening().open()) {
      Optional<String> line = lines.next(QUIET);
      while (line.isPresent() && System.nanoTime() < end) {
        keep(log.accept(line.get()), clock, events);
        line = lines.next(QUIET);
      }
    }
    keep(log.finish(), clock, events);
    return List.copyOf(events);
  }

  /** Files of syslog go back to before the machine was started. */
  private static void keep(List<KernelEvent> found, LogClock clock, Deque<Seen> events) {
    Instant start = clock.boot().orElse(Instant.EPOCH);
    for (KernelEvent event : found) {
      if (event.at().filter(at -> at.isBefore(start)).isEmpty()) {
        events.add(Seen.of(event));
      }
      if (events.size() > MOST) {
        events.removeFirst();
      }
    }
  }
}
