package dev.penstock.node.worker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Control groups of workers, below that of the daemon; see the kernel's {@code
 * Documentation/admin-guide/cgroup-v2.rst}. Limits apply where the controllers were handed down, as
 * by systemd's {@code Delegate=}.
 *
 * @param own folder of the daemon's group; empty where groups are not to be had
 * @param memory bytes of one worker
 * @param tasks processes and threads of one worker
 * @param weight of its share of the processors, 1 to 10000; the usual one is 100
 */
public record Cgroup(
    Optional<Path> own, OptionalLong memory, OptionalLong tasks, OptionalLong weight) {
  private static final Path MOUNTED = Path.of("/sys/fs/cgroup");

  /** None. */
  public static Cgroup none() {
    return new Cgroup(
        Optional.empty(), OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());
  }

  /** That of this process, where it may make others in it. */
  public static Cgroup ofThisProcess(OptionalLong memory, OptionalLong tasks, OptionalLong weight) {
    return new Cgroup(own(MOUNTED, Path.of("/proc/self/cgroup")), memory, tasks, weight);
  }

  static Optional<Path> own(Path mounted, Path membership) {
    try {
      return Files.readAllLines(membership).stream()
          .filter(line -> line.startsWith("0::/"))
          .map(line -> mounted.resolve(line.substring("0::/".length())))
          .filter(Files::isWritable)
          .findFirst();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /**
   * Puts a process into a group of its own.
   *
   * @return what came of it, in words for the operator
   */
  String take(long pid) {
    if (own.isEmpty()) {
      return "no control group: none can be made here";
    }
    Path group = group(pid);
    try {
      Files.createDirectory(group);
      List<String> limited = new ArrayList<>();
      limit(group, "memory.max", memory, limited);
      limit(group, "pids.max", tasks, limited);
      limit(group, "cpu.weight", weight, limited);
      Files.writeString(group.resolve("cgroup.procs"), Long.toString(pid));
      return "in a control group" + (limited.isEmpty() ? "" : ": " + String.join(", ", limited));
    } catch (IOException e) {
      release(pid);
      return "no control group: " + e;
    }
  }

  private static void limit(Path group, String file, OptionalLong value, List<String> said)
      throws IOException {
    if (value.isEmpty()) {
      return;
    }
    if (!Files.exists(group.resolve(file))) {
      said.add(file + " is not to be had");
      return;
    }
    Files.writeString(group.resolve(file), Long.toString(value.getAsLong()));
    said.add(file + " " + value.getAsLong());
  }

  /** The group of a process that has ended goes. */
  void release(long pid) {
    try {
      if (own.isPresent()) {
        Files.deleteIfExists(group(pid));
      }
    } catch (IOException _) {
      // Something in it still runs, in a driver; it stays empty otherwise and costs nothing.
    }
  }

  private Path group(long pid) {
    return own.orElseThrow().resolve("penstock-worker-" + pid);
  }
}
