package dev.penstock.cli;

import dev.penstock.hardware.health.EventStore;
import dev.penstock.hardware.health.EventStore.Stored;
import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.hardware.health.Repair;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Faults of earlier runs and starts of the machine. Where they cannot be kept that is said once,
 * and there are none: what the log holds is told all the same.
 */
final class FaultMemory implements AutoCloseable {
  private final Terminal terminal;
  private final Instant oldest;
  private @Nullable EventStore store;

  private FaultMemory(Terminal terminal, Instant oldest) {
    this.terminal = terminal;
    this.oldest = oldest;
  }

  /**
   * Opens or makes it, and forgets what is too old.
   *
   * @param file empty for a user without a home
   */
  static FaultMemory open(Optional<Path> file, Terminal terminal, Instant now) {
    FaultMemory memory = new FaultMemory(terminal, now.minus(EventStore.RETENTION));
    file.ifPresentOrElse(
        path ->
            memory.orWithout(() -> {
              EventStore opened = EventStore.open(path);
              memory.store = opened;
              int _ = opened.prune(memory.oldest);
            }),
        () -> memory.tell("neither XDG_STATE_HOME nor HOME is set"));
    return memory;
  }

  /** Keeps those that are not too old to be kept. */
  void keep(List<KernelEvent> events, Instant seen) {
    EventStore open = store;
    if (open != null) {
      orWithout(() -> open.record(events.stream().filter(this::isKept).toList(), seen));
    }
  }

  private boolean isKept(KernelEvent event) {
    return event.at().filter(at -> at.isAfter(oldest)).isPresent();
  }

  /** All that is known, once a log was kept: those kept and those of the log that are not. */
  List<Stored> with(List<KernelEvent> log, Instant seen) {
    List<Stored> all = new ArrayList<>();
    EventStore open = store;
    if (open != null) {
      orWithout(() -> all.addAll(open.since(oldest)));
    }
    boolean kept = store != null;
    log.stream()
        .filter(event -> !kept || !isKept(event))
        .forEach(event -> all.add(Stored.once(event, seen)));
    return all;
  }

  List<Repair> repairs() {
    List<Repair> repairs = new ArrayList<>();
    EventStore open = store;
    if (open != null) {
      orWithout(() -> repairs.addAll(open.repairs(oldest)));
    }
    return repairs;
  }

  private void orWithout(Runnable work) {
    try {
      work.run();
    } catch (UncheckedIOException e) {
      tell(String.valueOf(e.getMessage()));
      close();
    } catch (LinkageError e) {
      // SQLite's library may be missing for this machine, or not be unpacked on it.
      tell(e.toString());
      close();
    }
  }

  private void tell(String why) {
    terminal.err().println("penstock: faults are not kept: " + Terminal.oneLine(why));
  }

  @Override
  public void close() {
    EventStore open = store;
    store = null;
    if (open != null) {
      try {
        open.close();
      } catch (UncheckedIOException e) {
        tell(String.valueOf(e.getMessage()));
      }
    }
  }
}
