package dev.penstock.hardware.check;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Tree;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.trial.Fingerprint;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.trial.TrialStore;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Reading.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;

/** Reads of this machine what checks want to know. */
public final class Doctor {
  /** The first opening of an NVIDIA device starts it up, which takes up to three seconds. */
  private static final Duration FILE_DEADLINE = Duration.ofSeconds(5);

  /** Opening a GPU that nobody keeps open takes a few seconds, and several are opened in a row. */
  private static final Duration PROBE_DEADLINE = Duration.ofSeconds(15);

  /** Whatever hangs, it answers within half a minute. */
  private static final Duration ALL = Duration.ofSeconds(28);

  /** All files together take a second where nothing hangs. */
  private static final Duration FILES = Duration.ofSeconds(11);

  /** Some GPUs hang when trials follow each other closely. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Children children;
  private final long end = System.nanoTime() + ALL.toNanos();

  /** To be used once: its time runs from here. */
  public Doctor(Children children) {
    this.children = children;
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
  }

  private Duration atMost(Duration deadline) {
    return left().compareTo(deadline) < 0 ? left() : deadline;
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
    Tree files = children.files(Path.of("/"), wanted, FILE_DEADLINE, FILES);
    return new Machine(
        new Machine.Origin(Machine.Origin.How.LIVE, "this machine"), files, asked(probes), user);
  }

  private Map<String, Answer> asked(Collection<Class<? extends Probe<?>>> probes) {
    Map<String, Answer> answers = new ConcurrentHashMap<>();
    try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Class<? extends Probe<?>> probe : probes) {
        each.execute(() ->
            answers.put(probe.getSimpleName(), children.ask(probe, "", atMost(PROBE_DEADLINE))));
      }
    }
    return answers;
  }

  /**
   * Tries the encoders that checks want tried, one after the other.
   *
   * @param store of results, which hold until the devices, the driver or the build change
   */
  public Machine tried(Machine machine, Collection<Check> checks, TrialStore store) {
    Map<String, Answer> answers = new LinkedHashMap<>();
    String fingerprint = Fingerprint.ofThisMachine().word();
    checks.stream()
        .flatMap(check -> check.trials(machine).stream())
        .distinct()
        .forEach(encoder ->
            answers.put(
                Machine.key(TrialProbe.class, encoder),
                tried(encoder, TrialStore.key(encoder, fingerprint), store)));
    return machine.with(answers);
  }

  /**
   * Tries none of the encoders that checks want tried.
   *
   * @param why none can be, for the checks to tell
   */
  public static Machine untried(Machine machine, Collection<Check> checks, String why) {
    Map<String, Answer> answers = new LinkedHashMap<>();
    checks.stream()
        .flatMap(check -> check.trials(machine).stream())
        .forEach(encoder ->
            answers.put(
                Machine.key(TrialProbe.class, encoder), new Answer.Lacking(Why.NOT_ASKED, why)));
    return machine.with(answers);
  }

  private Answer tried(String encoder, String key, TrialStore store) {
    Optional<Answer.Given> known = store.find(key);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<TrialStore.Unended> unended = store.unended(key);
    if (unended.isPresent()) {
      return new Answer.Lacking(
          Why.HUNG, unended.get().line() + ", or once " + unended.get().mark() + " is removed");
    }
    Optional<Duration> deadline = Wish.of(encoder).deadline(left());
    if (deadline.isEmpty()) {
      return new Answer.Lacking(Why.NOT_ASKED, "there was no time left; run it again");
    }
    store.begin(key);
    Answer answer = children.ask(TrialProbe.class, encoder, deadline.get());
    store.end(key, answer);
    LockSupport.parkNanos(PAUSE.toNanos());
    return answer;
  }
}
