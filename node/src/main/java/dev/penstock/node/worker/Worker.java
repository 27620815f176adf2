package dev.penstock.node.worker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** A process and the tasks that it has. Belongs to the thread of the workers. */
final class Worker {
  private static final Duration COUNTING = Duration.ofSeconds(2);

  enum State {
    STARTING,
    READY,
    /** Takes nothing more. */
    DRAINING,
    /** Is being killed. */
    KILLED
  }

  final Place place;
  final Instant began;
  final Map<Long, Assignment> tasks = new LinkedHashMap<>();
  private final Process process;
  private final Pipe pipe;
  private final Duration started;
  private final String limits;
  private final List<ProcessHandle> tree = new ArrayList<>();
  private State state = State.STARTING;
  private Duration heard;
  private Duration idle;
  private Duration counted = Duration.ZERO;
  private @Nullable Duration killed;
  private @Nullable Duration exited;
  private @Nullable String why;
  private OptionalLong culprit = OptionalLong.empty();
  private boolean begun;
  private boolean finishedSomething;
  private boolean silent;
  private boolean ranOutOfMemory;
  private OptionalInt exit = OptionalInt.empty();

  Worker(Place place, Process process, Pipe pipe, String limits, Instant began, Duration now) {
    this.place = place;
    this.process = process;
    this.pipe = pipe;
    this.limits = limits;
    this.began = began;
    this.started = now;
    this.heard = now;
    this.idle = now;
  }

  State state() {
    return state;
  }

  long pid() {
    return process.pid();
  }

  String limits() {
    return limits;
  }

  /** Whether it may be given tasks; those given before it is ready wait for that. */
  boolean accepts() {
    return state == State.STARTING || state == State.READY;
  }

  void give(Assignment task, Duration now) {
    tasks.put(task.number, task);
    if (state == State.READY) {
      begin(task, now);
    }
  }

  private void begin(Assignment task, Duration now) {
    task.begins(now);
    count(now);
    send(task.order());
  }

  /** Whether a task of it was handed to the process. */
  boolean hasBegun() {
    return begun;
  }

  void ready(Duration now) {
    if (state == State.STARTING) {
      state = State.READY;
      begun = true;
      tasks.values().forEach(task -> begin(task, now));
    }
  }

  void heard(Duration now) {
    heard = now;
  }

  /** The task that ended, if it was one of its own. */
  Optional<Assignment> ended(long number, Duration now) {
    Optional<Assignment> task = Optional.ofNullable(tasks.remove(number));
    finishedSomething |= task.isPresent();
    idle = now;
    return task;
  }

  boolean hasFinishedSomething() {
    return finishedSomething;
  }

  Duration lived(Duration now) {
    return now.minus(started);
  }

  /** Has it end with what it has begun; answers what it has not. */
  List<Assignment> drain() {
    if (!accepts()) {
      return List.of();
    }
    List<Assignment> left = begun ? List.of() : List.copyOf(tasks.values());
    left.forEach(task -> tasks.remove(task.number));
    state = State.DRAINING;
    send(new ToWorker.Drain());
    return left;
  }

  void send(ToWorker message) {
    if (!pipe.send(message)) {
      // Death by silence follows.
      heard = heard.minus(Duration.ofDays(1));
    }
  }

  /** Remembers what it started: of one that is dead that cannot be asked. */
  void count(Duration now) {
    counted = now;
    tree.clear();
    process.descendants().forEach(tree::add);
  }

  boolean isToBeCounted(Duration now) {
    return exit.isEmpty() && now.minus(counted).compareTo(COUNTING) > 0;
  }

  /** Kills it with all that it started. */
  void kill(String reason, OptionalLong task, Duration now) {
    if (killed != null) {
      return;
    }
    state = State.KILLED;
    killed = now;
    why = reason;
    culprit = task;
    count(now);
    process.destroyForcibly();
    killTree();
  }

  /** What it started, and what that did, once more: none may be left. */
  void killTree() {
    tree.forEach(ProcessHandle::destroyForcibly);
  }

  /** What it says is read to its end. */
  void silent() {
    silent = true;
  }

  void exited(int status, Duration now) {
    exit = OptionalInt.of(status);
    exited = now;
  }

  /** Whether nothing more can come of it. */
  boolean isOver() {
    return silent && exit.isPresent();
  }

  /** What is wrong with it now, in words. */
  Optional<String> wrong(Timeouts timeouts, Duration now) {
    if (killed != null || exit.isPresent()) {
      return Optional.empty();
    }
    if (!begun) {
      return lived(now).compareTo(timeouts.start()) > 0
          ? Optional.of("was not ready within " + timeouts.start().toSeconds() + " s")
          : Optional.empty();
    }
    return now.minus(heard).compareTo(timeouts.silence()) > 0
        ? Optional.of("did not answer for " + timeouts.silence().toSeconds() + " s")
        : Optional.empty();
  }

  boolean isIdle(Timeouts timeouts, Duration now) {
    return state == State.READY
        && tasks.isEmpty()
        && now.minus(idle).compareTo(timeouts.idle()) > 0;
  }

  /** Whether it, or what it started, lives although it was killed. */
  boolean survives(Timeouts timeouts, Duration now) {
    Duration since = killed == null ? exited : killed;
    return since != null && now.minus(since).compareTo(timeouts.death()) > 0;
  }

  /** Whether it ended because there was nothing more to do. */
  boolean endedWell() {
    return state == State.DRAINING && tasks.isEmpty() && exit.orElse(-1) == 0;
  }

  OptionalLong culprit() {
    return culprit;
  }

  OptionalInt status() {
    return exit;
  }

  /** Whether it took more memory than it may have. */
  boolean ranOutOfMemory() {
    return ranOutOfMemory;
  }

  void ranOutOfMemory(boolean did) {
    ranOutOfMemory = did;
  }

  Optional<String> why() {
    return Optional.ofNullable(why);
  }

  List<String> lastLines() {
    return pipe.lastLines();
  }

  void close() {
    pipe.close();
  }
}
