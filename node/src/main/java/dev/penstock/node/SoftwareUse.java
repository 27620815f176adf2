package dev.penstock.node;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How busy the processors and the memory of this machine are. Any thread. */
final class SoftwareUse {
  private static final double TO_PERCENT = 100;
  private static final Path MEMORY = Path.of("/proc/meminfo");
  private static final long KIBI = 1024;

  /**
   * Bytes.
   *
   * @param used what cannot be had without taking it from somebody
   */
  record Memory(long total, long used) {}

  private SoftwareUse() {}

  /** Percent of all processors, over the time since it was asked before; empty at first. */
  static Optional<Double> cpu() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? Optional.of(system.getCpuLoad() * TO_PERCENT).filter(load -> load >= 0)
        : Optional.empty();
  }

  static Optional<Memory> memory() {
    try {
      Map<String, Long> lines =
          Files.readAllLines(MEMORY).stream()
              .map(line -> line.split("[:\\s]+", 3))
              .filter(parts -> parts.length > 2)
              .collect(Collectors.toMap(parts -> parts[0], parts -> number(parts[1]), Long::max));
      Long total = lines.get("MemTotal");
      Long available = lines.get("MemAvailable");
      return total == null || available == null
          ? Optional.empty()
          : Optional.of(new Memory(total * KIBI, (total - available) * KIBI));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static long number(String text) {
    return text.matches("[0-9]{1,15}") ? Long.parseLong(text) : 0;
  }
}
