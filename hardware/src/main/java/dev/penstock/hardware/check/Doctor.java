package dev.penstock.hardware.check;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Tree;
import dev.penstock.hardware.Wanted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Reads of this machine what checks want to know. */
public final class Doctor {
  /** The first opening of an NVIDIA device starts it up, which takes up to three seconds. */
  private static final Duration FILE_DEADLINE = Duration.ofSeconds(5);

  /** Opening a GPU that nobody keeps open takes a few seconds, and several are opened in a row. */
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(15);

  private final Children children;

  public Doctor(Children children) {
    this.children = children;
  }

  /**
   * Reads it. Files come first; then all probes are asked at once, each in a process of its own.
   *
   * @param user for whom it is judged
   */
  public Machine look(Collection<Check> checks, Machine.User user) {
    Set<Wanted> wanted = new LinkedHashSet<>();
    Set<Class<? extends Probe<?>>> probes = new LinkedHashSet<>();
    for (Check check : checks) {
      wanted.addAll(check.files());
      probes.addAll(check.probes());
    }
    return look(wanted, probes, user);
  }

  /** Reads only these files, and asks only these probes. */
  public Machine look(
      Collection<Wanted> wanted, Collection<Class<? extends Probe<?>>> probes, Machine.User user) {
    Tree files = children.files(Path.of("/"), wanted, FILE_DEADLINE);
    return new Machine(
        new Machine.Origin(Machine.Origin.How.LIVE, "this machine"), files, asked(probes), user);
  }

  private Map<String, Answer> asked(Collection<Class<? extends Probe<?>>> probes) {
    Map<String, Answer> answers = new ConcurrentHashMap<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Class<? extends Probe<?>> probe : probes) {
        each.execute(
            () -> answers.put(probe.getSimpleName(), children.ask(probe, "", PROBE_DEADLINE)));
      }
    }
    return answers;
  }
}
