package dev.penstock.node.worker;

import dev.penstock.hardware.health.KernelEvent;
import dev.penstock.hardware.health.KernelSource;
import dev.penstock.hardware.health.KernelWatch;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the kernel says of devices. */
public interface KernelLines {
  /** Between two times. May wait for the log; any thread. */
  List<String> between(Instant from, Instant to);

  /** Where nothing can be read. */
  static KernelLines none() {
    return (_, _) -> List.of();
  }

  /** Of this machine, as far as this user may read its log. */
  static KernelLines ofThisMachine() {
    return (from, to) -> {
      try {
        KernelSource source = KernelSource.find(KernelSource.Places.ofThisMachine());
        return KernelWatch.read(source, KernelSource.clock(), Map.of()).stream()
            .filter(event -> event.at().filter(at -> within(at, from, to)).isPresent())
            .map(KernelLines::line)
            .toList();
      } catch (IOException | FailureException e) {
        return List.of("the kernel's log could not be read: " + e.getMessage());
      }
    };
  }

  private static boolean within(Instant at, Instant from, Instant to) {
    return !at.isBefore(from) && !at.isAfter(to);
  }

  private static String line(KernelEvent event) {
    return event.at().map(Instant::toString).orElse("")
        + " "
        + event.code()
        + event.device().map(device -> " " + device).orElse("")
        + ": "
        + event.message();
  }
}
