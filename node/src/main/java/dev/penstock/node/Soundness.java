package dev.penstock.node;

import dev.penstock.node.journal.Fault;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Whether it was the GPU, or the input. What failed on one GPU alone, or was done since, speaks
 * against the GPU; what failed on several, and was done on none, against itself. A GPU with enough
 * against it is taken out for a while, twice as long each time; when it is back, the first thing
 * against it takes it out again, and the first job done there clears it.
 *
 * <p>Belongs to one thread.
 */
final class Soundness {
  /** So many jobs have to speak against a GPU. */
  static final int ENOUGH = 3;

  /** What is older does not count. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  static final Duration FIRST_OUT = Duration.ofMinutes(5);
  private static final int MOST_DOUBLINGS = 4;

  private final List<Fault> faults = new ArrayList<>();
  private final Map<String, Instant> done = new HashMap<>();
  private final Map<String, Out> out = new HashMap<>();
  private final Map<String, Integer> onProbation = new HashMap<>();

  /**
   * A GPU that gets no work.
   *
   * @param times in a row
   */
  record Out(Instant until, int times, String why) {}

  /** Something failed on GPUs. */
  void failed(List<Fault> found, Instant now) {
    faults.addAll(found);
    forget(now);
  }

  /** A job was done. */
  void done(String input, List<String> gpus, Instant now) {
    done.put(input, now);
    gpus.forEach(onProbation::remove);
  }

  /** An operator says that it is well. */
  void clear(String gpu) {
    out.remove(gpu);
    onProbation.remove(gpu);
    faults.removeIf(fault -> fault.device().equals(gpu));
  }

  /** Those that are out, and why. */
  Map<String, String> out() {
    return out.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, each -> each.getValue().why()));
  }

  /** Those that may try again from now on. */
  List<String> back(Instant now) {
    Map<String, Integer> times = new TreeMap<>();
    out.forEach((gpu, each) -> {
      if (!now.isBefore(each.until())) {
        times.put(gpu, each.times());
      }
    });
    onProbation.putAll(times);
    out.keySet().removeAll(times.keySet());
    faults.removeIf(fault -> times.containsKey(fault.device()));
    return List.copyOf(times.keySet());
  }

  /**
   * Those that are out from now on, the worst first; never the last that is left.
   *
   * @param gpus all that would take work otherwise
   */
  List<String> condemned(Set<String> gpus, Instant now) {
    List<String> bad =
        gpus.stream()
            .filter(gpu -> !out.containsKey(gpu) && against(gpu) >= enough(gpu))
            .sorted(Comparator.comparingInt(this::against).reversed().thenComparing(gpu -> gpu))
            .toList();
    long sound = gpus.stream().filter(gpu -> !out.containsKey(gpu)).count();
    List<String> condemned = bad.subList(0, (int) Math.max(0, Math.min(bad.size(), sound - 1)));
    condemned.forEach(gpu -> {
      int times = onProbation.getOrDefault(gpu, 0) + 1;
      Duration pause = FIRST_OUT.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
      out.put(gpu, new Out(now.plus(pause), times, why(gpu, now.plus(pause))));
    });
    return condemned;
  }

  private String why(String gpu, Instant until) {
    String last =
        faults.stream()
            .filter(fault -> fault.device().equals(gpu))
            .reduce((_, fault) -> fault)
            .map(Fault::evidence)
            .orElse("");
    return against(gpu) + " jobs failed on it, the last: " + last + "; it is tried again " + until;
  }

  private int enough(String gpu) {
    return onProbation.containsKey(gpu) ? 1 : ENOUGH;
  }

  /** Whether what failed on a GPU may well be the GPU's fault: other inputs speak against it. */
  boolean isDoubtful(String gpu, String input) {
    return out.containsKey(gpu)
        || onProbation.containsKey(gpu)
        || faults.stream()
            .anyMatch(fault ->
                fault.device().equals(gpu)
                    && !fault.input().equals(input)
                    && speaksAgainstGpu(fault));
  }

  /** Jobs with an input that works elsewhere, and inputs that failed nowhere else. */
  private int against(String gpu) {
    Set<String> all = new HashSet<>();
    for (Fault fault : faults) {
      if (fault.device().equals(gpu) && speaksAgainstGpu(fault)) {
        all.add(wasDoneSince(fault) ? "job " + fault.job() : "input " + fault.input());
      }
    }
    return all.size();
  }

  private boolean speaksAgainstGpu(Fault fault) {
    return wasDoneSince(fault) || devices(fault.input()).size() == 1;
  }

  private boolean wasDoneSince(Fault fault) {
    return Optional.ofNullable(done.get(fault.input()))
        .filter(at -> !at.isBefore(fault.at()))
        .isPresent();
  }

  private Set<String> devices(String input) {
    return faults.stream()
        .filter(fault -> fault.input().equals(input))
        .map(Fault::device)
        .collect(Collectors.toSet());
  }

  private void forget(Instant now) {
    Instant oldest = now.minus(WINDOW);
    faults.removeIf(fault -> fault.at().isBefore(oldest));
    done.values().removeIf(at -> at.isBefore(oldest));
  }
}
