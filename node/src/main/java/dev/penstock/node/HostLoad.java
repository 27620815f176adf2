package dev.penstock.node;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.planner.admission.Fleet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How much of the processor this process may use, and how busy others keep that: from the times in
 * {@code /proc/stat} of the processors it may run on (proc_stat(5)), and from {@code cpu.max} and
 * {@code cpu.stat} of the groups it is in (cgroup v2), of which the narrowest holds. Belongs to one
 * thread.
 */
final class HostLoad {
  /** Ticks of {@code /proc/stat}: 100 a second on all of Linux. */
  private static final long TICK_MICROS = 10_000;

  /** How much the last moment counts: loads jump, and work that begins stays. */
  private static final double WEIGHT = 0.3;

  private static final int STEAL = 7;
  private static final int IDLE = 3;
  private static final int IO_WAIT = 4;

  private final Path root;
  private final int processors;
  private @Nullable Times last;
  private double others = -1;

  /** Microseconds, each since some time of its own. */
  private record Times(long at, long busy, long group, long ours) {}

  /** The narrowest of the groups: thousandths of cores, and where it is. */
  private record Quota(long cores, Path group) {}

  /**
   * @param root the root directory
   * @param processors that it may run on, where the system does not tell which
   */
  HostLoad(Path root, int processors) {
    this.root = root;
    this.processors = processors;
  }

  /**
   * The processor now. Others are known from the second call on.
   *
   * @param at of a clock that only goes forward
   * @param ours that this process's workers have used, all together
   */
  Fleet.Host read(Duration at, Duration ours) {
    BitSet allowed = allowed();
    Optional<Quota> quota = quota();
    long whole = allowed.cardinality() * 1000L;
    long capacity = quota.map(Quota::cores).filter(cores -> cores < whole).orElse(whole);
    return new Fleet.Host(
        capacity, others(at.toNanos() / 1000, ours, allowed, quota, whole, capacity));
  }

  private Reading<Long> others(
      long at, Duration ours, BitSet allowed, Optional<Quota> quota, long whole, long capacity) {
    OptionalLong busy = busy(allowed);
    if (busy.isEmpty()) {
      return Reading.absent(Why.MISSING, "/proc/stat", "does not tell how busy the processor is");
    }
    long group = quota.map(each -> used(each.group())).orElse(0L);
    Times before = last;
    last = new Times(at, busy.getAsLong(), group, ours.toNanos() / 1000);
    if (before == null || last.at <= before.at) {
      return Reading.absent(Why.NOT_ASKED, "/proc/stat", "was read once only");
    }
    double passed = last.at - before.at;
    double own = rate(last.ours - before.ours, passed);
    double foreign = Math.max(0, rate(last.busy - before.busy, passed) - own);
    if (quota.isPresent()) {
      // Of a part of the machine others have what is used of it, or what others leave too little.
      double inGroup = Math.max(0, rate(last.group - before.group, passed) - own);
      foreign = Math.max(inGroup, foreign - (whole - capacity));
    }
    others = others < 0 ? foreign : others + WEIGHT * (foreign - others);
    return Reading.of(Math.clamp(Math.round(others), 0, capacity), "/proc/stat");
  }

  /** Thousandths of cores. */
  private static double rate(long micros, double passed) {
    return 1000.0 * Math.max(0, micros) / passed;
  }

  // ---- files

  private Stream<String> lines(String file) {
    try {
      return Files.readAllLines(root.resolve(file)).stream();
    } catch (IOException _) {
      return Stream.empty();
    }
  }

  /** Numbers of the processors that it may run on. */
  private BitSet allowed() {
    BitSet set = new BitSet();
    lines("proc/self/status")
        .filter(line -> line.startsWith("Cpus_allowed_list:"))
        .flatMap(line -> Stream.of(line.substring(line.indexOf(':') + 1).strip().split(",")))
        .filter(range -> range.matches("[0-9]{1,5}(-[0-9]{1,5})?"))
        .forEach(range -> {
          int dash = range.indexOf('-');
          String first = dash < 0 ? range : range.substring(0, dash);
          set.set(Integer.parseInt(first), Integer.parseInt(range.substring(dash + 1)) + 1);
        });
    if (set.isEmpty()) {
      set.set(0, Math.max(1, processors));
    }
    return set;
  }

  private OptionalLong busy(BitSet allowed) {
    long[] busy = new long[2];
    lines("proc/stat")
        .filter(line -> line.matches("cpu[0-9]+ .*"))
        .map(line -> line.split(" +"))
        .filter(words -> allowed.get(Integer.parseInt(words[0].substring(3))))
        .forEach(words -> {
          busy[0]++;
          for (int i = 1; i <= Math.min(STEAL + 1, words.length - 1); i++) {
            busy[1] += i - 1 == IDLE || i - 1 == IO_WAIT ? 0 : Long.parseLong(words[i]);
          }
        });
    return busy[0] == 0 ? OptionalLong.empty() : OptionalLong.of(busy[1] * TICK_MICROS);
  }

  private Optional<Quota> quota() {
    Path groups = root.resolve("sys/fs/cgroup");
    Path own =
        lines("proc/self/cgroup")
            .filter(line -> line.startsWith("0::/"))
            .map(line -> groups.resolve(line.substring("0::/".length())).normalize())
            .filter(path -> path.startsWith(groups))
            .findFirst()
            .orElse(groups);
    Quota narrowest = null;
    for (int depth = groups.getNameCount(); depth <= own.getNameCount(); depth++) {
      Path group = root.resolve(own.subpath(root.getNameCount(), depth));
      OptionalLong cores = most(group);
      if (cores.isPresent() && (narrowest == null || cores.getAsLong() < narrowest.cores)) {
        narrowest = new Quota(cores.getAsLong(), group);
      }
    }
    return Optional.ofNullable(narrowest);
  }

  private OptionalLong most(Path group) {
    List<String> words =
        lines(root.relativize(group) + "/cpu.max")
            .flatMap(line -> Stream.of(line.split(" ")))
            .toList();
    return words.size() == 2 && words.stream().allMatch(word -> word.matches("[0-9]{1,15}"))
        ? OptionalLong.of(
            Math.max(
                1, 1000 * Long.parseLong(words.get(0)) / Math.max(1, Long.parseLong(words.get(1)))))
        : OptionalLong.empty();
  }

  private long used(Path group) {
    return lines(root.relativize(group) + "/cpu.stat")
        .filter(line -> line.matches("usage_usec [0-9]{1,18}"))
        .mapToLong(line -> Long.parseLong(line.substring("usage_usec ".length())))
        .findFirst()
        .orElse(0);
  }
}
