package dev.penstock.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The workers of this node and what they start: descendants of this process. One thread. */
final class OurProcesses {
  /** Of the first namespace of processes: include/linux/proc_ns.h, PROC_PID_INIT_INO. */
  private static final String FIRST = "pid:[4026531836]";

  private final boolean areKnown = areKnown(Path.of("/proc/self/ns/pid"));
  private final Map<Long, Duration> before = new HashMap<>();
  private Duration ended = Duration.ZERO;

  /**
   * What there is.
   *
   * @param cpu that they have used since this process began, also those that have ended
   */
  record Seen(Set<Long> pids, Duration cpu) {}

  private static boolean areKnown(Path namespace) {
    try {
      return Files.readSymbolicLink(namespace).toString().equals(FIRST);
    } catch (IOException _) {
      return true;
    }
  }

  Seen look() {
    List<ProcessHandle> all = ProcessHandle.current().descendants().toList();
    Map<Long, Duration> now = new HashMap<>();
    for (ProcessHandle each : all) {
      Duration old = before.getOrDefault(each.pid(), Duration.ZERO);
      Duration used = each.info().totalCpuDuration().orElse(old);
      now.put(each.pid(), used.compareTo(old) < 0 ? old : used);
    }
    before.forEach((pid, used) -> ended = now.containsKey(pid) ? ended : ended.plus(used));
    before.clear();
    before.putAll(now);
    return new Seen(Set.copyOf(now.keySet()), now.values().stream().reduce(ended, Duration::plus));
  }

  /** Whether drivers know processes by the numbers that they have here. */
  boolean areKnown() {
    return areKnown;
  }

  /** Whether it is one of ours, as far as that can be told. */
  boolean mayBe(long pid, Set<Long> ours) {
    return !areKnown || ours.contains(pid);
  }

  /** What the processor is called. */
  static Optional<String> processor(Path root) {
    try (Stream<String> lines = Files.lines(root.resolve("proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }
}
