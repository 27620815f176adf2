package dev.penstock.hardware.health;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.health.KernelLogFacts.Seen;
import dev.penstock.model.FailureException;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads the kernel log of this machine as far as it goes back. */
public final class KernelLogProbe implements Probe<KernelLogFacts> {
  private static final int MOST = 200;

  /** A log that has no end of its own and gives nothing for so long has been read to its end. */
  private static final Duration QUIET = Duration.ofMillis(300);

  private static final Duration LONGEST = Duration.ofSeconds(6);

  @Override
  public KernelLogFacts ask(String argument) throws IOException {
    return read(KernelSource.Places.ofThisMachine(), LONGEST);
  }

  static KernelLogFacts read(KernelSource.Places places, Duration longest) throws IOException {
    KernelSource source;
    try {
      source = KernelSource.find(places);
    } catch (FailureException e) {
      String cause = e.failure().diagnosis().likelyCause();
      return new KernelLogFacts(
          Reading.absent(Why.DENIED, "kernel log", cause), List.of(), List.of(), Optional.empty());
    }
    List<Seen> events = new ArrayList<>();
    boolean whole = read(source, longest, events);
    return new KernelLogFacts(
        Reading.of(source.name(), source.name()),
        source.refused(),
        events,
        whole
            ? Optional.empty()
            : Optional.of("its end was not reached within " + longest.toSeconds() + " s"));
  }

  /** Whether the end was reached. */
  private static boolean read(KernelSource source, Duration longest, List<Seen> events)
      throws IOException {
    LogClock clock = KernelSource.clock();
    KernelLog log = new KernelLog(Catalogue.standard(), clock, source.trust(), Map.of());
    long end = System.nanoTime() + longest.toNanos();
    boolean whole = false;
    try (LogLines lines = source.whole().open()) {
      // journalctl may take seconds before its first line, and ends after its last.
      boolean ends = source.trust() == Trust.JOURNAL;
      long left = longest.toNanos();
      while (left > 0) {
        Optional<String> line = lines.next(ends ? Duration.ofNanos(left) : QUIET);
        if (line.isEmpty()) {
          whole = !ends || lines.hasEnded();
          break;
        }
        keep(log.accept(line.get()), clock, events);
        left = end - System.nanoTime();
      }
    }
    keep(log.finish(), clock, events);
    return whole;
  }

  /** Files of syslog go back to before the machine was started. */
  private static void keep(List<KernelEvent> found, LogClock clock, List<Seen> events) {
    Instant start = clock.boot().orElse(Instant.EPOCH);
    for (KernelEvent event : found) {
      if (event.at().filter(at -> at.isBefore(start)).isEmpty()) {
        events.add(Seen.of(event));
      }
      if (events.size() > MOST) {
        events.remove(leastOf(events));
      }
    }
  }

  /** What repeats goes before what came once, and the harmless before the severe. */
  private static int leastOf(List<Seen> events) {
    Set<Kind> later = new HashSet<>();
    List<Place> places = new ArrayList<>();
    for (int index = events.size() - 1; index >= 0; index--) {
      Seen event = events.get(index);
      boolean last = later.add(new Kind(event.code(), event.device(), event.secondary()));
      places.add(new Place(index, last, event.severity()));
    }
    return Collections.min(places, Place.LEAST_FIRST).index();
  }

  private record Kind(String code, Optional<String> device, boolean secondary) {}

  /**
   * Of an event in the list.
   *
   * @param last whether no newer one says the same of the same device
   */
  private record Place(int index, boolean last, Severity severity) {
    static final Comparator<Place> LEAST_FIRST =
        Comparator.comparing(Place::last)
            .thenComparing(Place::severity)
            .thenComparingInt(Place::index);
  }
}
