package dev.penstock.node.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Control groups of workers, below that of the daemon; see the kernel's {@code
 * Documentation/admin-guide/cgroup-v2.rst}. Limits apply where the controllers were handed down, as
 * by systemd's {@code Delegate=}.
 *
 * @param own folder of the group that was handed down; empty where groups are not to be had
 * @param about what is in force, in words for the operator
 * @param memory bytes of one worker
 * @param tasks processes and threads of one worker
 * @param weight of its share of the processors, 1 to 10000; the usual one is 100
 */
public record Cgroup(
    Optional<Path> own,
    String about,
    OptionalLong memory,
    OptionalLong tasks,
    OptionalLong weight) {
  /** Threads of a worker with many sessions are hundreds; a fork bomb is more. */
  private static final long TASKS = 4096;

  private static final List<String> CONTROLLERS = List.of("memory", "pids", "cpu");

  /** Where the daemon itself is: a group that hands controllers down may hold no processes. */
  private static final String DAEMON = "penstock-daemon";

  /** Heartbeats and answers do not wait for workers. */
  private static final String DAEMON_WEIGHT = "1000";

  /** Where the kernel shows groups, of which this process is a member, and memory. */
  record Places(Path mounted, Path membership, Path meminfo) {
    static Places ofThisMachine() {
      return new Places(
          Path.of("/sys/fs/cgroup"), Path.of("/proc/self/cgroup"), Path.of("/proc/meminfo"));
    }
  }

  /** None. */
  public static Cgroup none() {
    return none("none are wanted");
  }

  private static Cgroup none(String why) {
    return new Cgroup(
        Optional.empty(),
        "no control groups: " + why,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty());
  }

  /**
   * Below that of this process, which moves into one of its own there, as far as that was handed
   * down to it.
   *
   * @param memory bytes of one worker; three quarters of what the daemon may have unless given
   */
  public static Cgroup ofThisProcess(OptionalLong memory) {
    return of(Places.ofThisMachine(), ProcessHandle.current().pid(), memory);
  }

  static Cgroup of(Places places, long pid, OptionalLong memory) {
    try {
      Path own = own(places);
      List<Long> members = numbers(own.resolve("cgroup.procs"));
      if (!members.equals(List.of(pid))) {
        return none("others are in " + own + ", so that it is not the daemon's");
      }
      moveDown(own, pid);
      List<String> handedDown = handDown(own);
      return new Cgroup(
          Optional.of(own),
          "control groups below " + own + ", with " + said(handedDown),
          OptionalLong.of(memory.orElse(most(own, places) / 4 * 3)),
          OptionalLong.of(TASKS),
          OptionalLong.empty());
    } catch (IOException e) {
      return none(String.valueOf(e.getMessage()));
    }
  }

  private static String said(List<String> controllers) {
    return controllers.isEmpty() ? "no limits" : "limits of " + String.join(", ", controllers);
  }

  private static Path own(Places places) throws IOException {
    try (Stream<String> lines = Files.lines(places.membership())) {
      Path own =
          lines
              .filter(line -> line.startsWith("0::/") && !line.contains(".."))
              .map(line -> places.mounted().resolve(line.substring("0::/".length())))
              .findFirst()
              .orElseThrow(() -> new IOException("this machine has no unified hierarchy"));
      // Elsewhere than in a group of the unified hierarchy there is no such file.
      if (!Files.exists(own.resolve("cgroup.controllers"))) {
        throw new IOException(own + " is no group of a unified hierarchy");
      }
      if (!Files.isWritable(own) || !Files.isWritable(own.resolve("cgroup.procs"))) {
        throw new IOException(own + " was not handed down to this user, as Delegate=yes does");
      }
      return own;
    }
  }

  private static List<Long> numbers(Path file) throws IOException {
    return Files.readAllLines(file).stream().map(Long::valueOf).toList();
  }

  private static void moveDown(Path own, long pid) throws IOException {
    Path daemon = own.resolve(DAEMON);
    if (!Files.isDirectory(daemon)) {
      Files.createDirectory(daemon);
    }
    Files.writeString(daemon.resolve("cgroup.procs"), Long.toString(pid));
  }

  /** The controllers that groups below have from then on. */
  private static List<String> handDown(Path own) throws IOException {
    Set<String> there =
        Set.of(Files.readString(own.resolve("cgroup.controllers")).strip().split(" "));
    List<String> done = new ArrayList<>();
    for (String each : CONTROLLERS) {
      if (there.contains(each) && isHandedDown(own, each)) {
        done.add(each);
      }
    }
    if (done.contains("cpu")) {
      Files.writeString(own.resolve(DAEMON).resolve("cpu.weight"), DAEMON_WEIGHT);
    }
    return done;
  }

  private static boolean isHandedDown(Path own, String controller) {
    try {
      Files.writeString(own.resolve("cgroup.subtree_control"), "+" + controller);
      return true;
    } catch (IOException _) {
      // Then workers go without this limit, which is said.
      return false;
    }
  }

  /** Bytes that the daemon and its workers may have together. */
  private static long most(Path own, Places places) throws IOException {
    return LongStream.concat(limit(own.resolve("memory.max")), total(places.meminfo()))
        .min()
        .orElseThrow(() -> new IOException(places.meminfo() + " does not say how much there is"));
  }

  private static LongStream limit(Path file) throws IOException {
    String limit = Files.exists(file) ? Files.readString(file).strip() : "max";
    return limit.equals("max") ? LongStream.empty() : LongStream.of(Long.parseLong(limit));
  }

  private static LongStream total(Path meminfo) throws IOException {
    return Files.readAllLines(meminfo).stream()
        .filter(line -> line.startsWith("MemTotal:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
        .findFirst()
        .stream();
  }

  /**
   * Puts a process into a group of its own.
   *
   * @return what came of it, in words for the operator
   */
  String take(long pid) {
    if (own.isEmpty()) {
      return "no control group";
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

  /**
   * Whether the kernel killed something of a process's group for want of memory: its own limit, or
   * all that there is. To be asked before {@link #release}.
   */
  boolean ranOutOfMemory(long pid) {
    if (own.isEmpty()) {
      return false;
    }
    try (Stream<String> events = Files.lines(group(pid).resolve("memory.events"))) {
      return events
          .filter(line -> line.startsWith("oom_kill "))
          .anyMatch(line -> !line.strip().endsWith(" 0"));
    } catch (IOException | UncheckedIOException _) {
      // Without the controller nobody counts.
      return false;
    }
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
