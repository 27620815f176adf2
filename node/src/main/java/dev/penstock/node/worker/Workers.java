package dev.penstock.node.worker;

import dev.penstock.model.Failure;
import dev.penstock.node.JobId;
import dev.penstock.node.http.Roots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a node. Methods may be called on any thread and do not wait, except {@link #close}
 * and {@link #statuses}.
 */
public final class Workers implements AutoCloseable {
  private static final Duration TICK = Duration.ofMillis(100);

  /** Of the time between two ticks, what is more does not count: the machine, or we, slept. */
  private static final Duration MOST_TICK = Duration.ofSeconds(1);

  private static final Duration CLOSING = Duration.ofSeconds(15);

  private final Options options;
  private final Consumer<Incident> incidents;
  private final LinkedBlockingQueue<Runnable> mail = new LinkedBlockingQueue<>();
  private final AtomicLong numbers = new AtomicLong();
  private final Map<Place, Crew> crews = new LinkedHashMap<>();
  private final Thread owner;
  private final CompletableFuture<Void> drained = new CompletableFuture<>();
  private Duration now = Duration.ZERO;
  private boolean draining;
  private boolean closing;
  private volatile boolean closed;

  /**
   * How workers are kept.
   *
   * @param software processes at most of the software pool of a tenant
   * @param crashes folder of crash reports
   * @param roots that workers hold jobs to when they open files
   */
  public record Options(
      Launch launch,
      Timeouts timeouts,
      Backoff backoff,
      Cgroup cgroup,
      KernelLines kernel,
      int software,
      Path crashes,
      Optional<Roots> roots) {
    /** Whatever may be opened. */
    public Options(
        Launch launch,
        Timeouts timeouts,
        Backoff backoff,
        Cgroup cgroup,
        KernelLines kernel,
        int software,
        Path crashes) {
      this(launch, timeouts, backoff, cgroup, kernel, software, crashes, Optional.empty());
    }
  }

  /** What an operator may want to know. */
  public sealed interface Incident {
    record Started(Place place, long pid, String limits) implements Incident {}

    record Ready(Place place, long pid, String build) implements Incident {}

    /** It died, or was killed. */
    record Died(CrashReport report) implements Incident {}

    /** It ended as it should. */
    record Ended(Place place, long pid) implements Incident {}

    /** A line of the log of a worker; told on a thread of its own. */
    record Line(Place place, long pid, String line) implements Incident {}
  }

  /**
   * A worker as it is.
   *
   * @param restarts of its place since something was last finished there
   */
  public record Status(
      Place place, long pid, String state, int tasks, Instant began, int restarts, String limits) {}

  private Workers(Options options, Consumer<Incident> incidents) {
    this.options = options;
    this.incidents = incidents;
    this.owner = Thread.ofPlatform().name("workers").daemon().unstarted(this::run);
  }

  /**
   * Begins. No process is started before there is something to do.
   *
   * @param incidents told of what happens, and must not wait
   */
  public static Workers open(Options options, Consumer<Incident> incidents) {
    try {
      Files.createDirectories(options.crashes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Workers workers = new Workers(options, incidents);
    workers.owner.start();
    return workers;
  }

  /**
   * Has a job planned.
   *
   * @param watcher told of {@link FromWorker.Progress}, {@link FromWorker.Piece}, {@link
   *     FromWorker.Coded} and {@link FromWorker.Event}; must not wait
   */
  public Task plan(
      Place place, JobId job, String spec, Setting setting, Consumer<FromWorker> watcher) {
    Setting within = within(setting);
    return take(
        place, job, within, watcher, number -> new ToWorker.Plan(number, job, spec, within));
  }

  /** Has a job done. */
  public Task execute(
      Place place, JobId job, String spec, Setting setting, Consumer<FromWorker> watcher) {
    Setting within = within(setting);
    return take(
        place, job, within, watcher, number -> new ToWorker.Execute(number, job, spec, within));
  }

  private Setting within(Setting setting) {
    return options.roots().map(setting::within).orElse(setting);
  }

  private Task take(
      Place place,
      JobId job,
      Setting setting,
      Consumer<FromWorker> watcher,
      LongFunction<ToWorker> order) {
    Assignment task = new Assignment(numbers.incrementAndGet(), job, setting, watcher, order);
    mail.add(() -> crew(place).take(task));
    if (closed) {
      // Nobody looks into the mail any more.
      task.result.complete(unstarted(place, "the node is being shut down"));
    }
    return new Handle(place, task);
  }

  private final class Handle implements Task {
    private final Place place;
    private final Assignment task;

    Handle(Place place, Assignment task) {
      this.place = place;
      this.task = task;
    }

    @Override
    public JobId job() {
      return task.job;
    }

    @Override
    public CompletableFuture<Result> result() {
      return task.result;
    }

    @Override
    public void cancel() {
      mail.add(() -> crew(place).cancel(task));
    }

    @Override
    public void giveWay() {
      mail.add(() -> crew(place).giveWay(task));
    }
  }

  /** Starts a worker there, so that the first job need not wait for it. */
  public void warm(Place place) {
    mail.add(() -> crew(place).warm());
  }

  /** The workers there take nothing more; what comes is done by another one. */
  public void drain(Place place) {
    mail.add(() -> crew(place).drain());
  }

  /**
   * Nothing more is taken anywhere.
   *
   * @return completed when no worker is left
   */
  public CompletableFuture<Void> drain() {
    mail.add(() -> {
      draining = true;
      crews.values().forEach(Crew::shut);
    });
    return drained;
  }

  /** Crashes a worker there, in a rehearsal: see {@link Protocol#LAB}. */
  public void crash(Place place) {
    mail.add(() -> crew(place).each(worker -> worker.send(new ToWorker.Crash())));
  }

  /** Whether anybody looks after the workers. */
  public boolean isAlive() {
    return owner.isAlive();
  }

  /** All that there are. */
  public List<Status> statuses() {
    CompletableFuture<List<Status>> all = new CompletableFuture<>();
    mail.add(() -> {
      List<Status> found = new ArrayList<>();
      crews.values().forEach(crew -> crew.each(worker -> found.add(crew.status(worker))));
      all.complete(found);
    });
    if (closed || !owner.isAlive()) {
      all.complete(List.of());
    }
    return all.join();
  }

  /** Kills what is left, and waits for it. Every task has its result then. */
  @Override
  public void close() {
    mail.add(() -> {
      closing = true;
      crews.values().forEach(Crew::end);
    });
    try {
      boolean _ = owner.join(CLOSING.plus(options.timeouts().death()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Crew crew(Place place) {
    return crews.computeIfAbsent(place, Crew::new);
  }

  private void run() {
    long last = System.nanoTime();
    while (!isOver()) {
      Runnable next = null;
      try {
        next = mail.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException _) {
        // Nobody has reason to; the workers must not be left alone for it.
      }
      long time = System.nanoTime();
      Duration passed = Duration.ofNanos(time - last);
      last = time;
      now = now.plus(passed.compareTo(MOST_TICK) < 0 ? passed : MOST_TICK);
      if (next != null) {
        guarded(next);
      }
      guarded(this::tick);
    }
    closed = true;
    for (Runnable left = mail.poll(); left != null; left = mail.poll()) {
      guarded(left);
    }
    drained.complete(null);
  }

  /** A fault of a caller's must not leave processes without a supervisor. */
  private static void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      Thread current = Thread.currentThread();
      current.getUncaughtExceptionHandler().uncaughtException(current, e);
    }
    // An error ends the thread, and with it, by the kernel, all workers: see isAlive.
  }

  private boolean isOver() {
    return closing && crews.values().stream().allMatch(Crew::isEmpty);
  }

  private void tick() {
    crews.values().forEach(Crew::tick);
    crews.values().removeIf(Crew::isForgotten);
    if (draining && crews.values().stream().allMatch(Crew::isEmpty)) {
      drained.complete(null);
    }
  }

  private static Result unstarted(Place place, String why) {
    return new Result.Lost(Death.unstarted(place, why), false, Result.Blame.NONE, Optional.empty());
  }

  /** The workers of a place, and the tasks that wait for one. */
  private final class Crew {
    private final Place place;
    private final List<Worker> workers = new ArrayList<>();
    private final List<Assignment> waiting = new ArrayList<>();
    private int deaths;
    private Duration notBefore = Duration.ZERO;
    private int burying;

    Crew(Place place) {
      this.place = place;
    }

    void take(Assignment task) {
      if (draining || closing) {
        task.result.complete(unstarted(place, "the node is being shut down"));
        return;
      }
      waiting.add(task);
      assign();
    }

    private void assign() {
      while (!waiting.isEmpty()) {
        Worker worker = best();
        if (worker == null) {
          return;
        }
        worker.give(waiting.removeFirst(), now);
      }
    }

    /** The one with the least to do, or another where there may be one; null while none may be. */
    private @Nullable Worker best() {
      Worker best = null;
      int accepting = 0;
      for (Worker worker : workers) {
        if (worker.accepts()) {
          accepting++;
          best = best == null || worker.tasks.size() < best.tasks.size() ? worker : best;
        }
      }
      boolean isPool = place.isSoftware() && place.alone().isEmpty();
      int most = isPool ? Math.max(1, options.software()) : 1;
      boolean another = best == null || (!best.tasks.isEmpty() && accepting < most);
      return another && now.compareTo(notBefore) >= 0 ? start().orElse(best) : best;
    }

    /** Another one; where it cannot be had, those that wait for it are told. */
    private Optional<Worker> start() {
      try {
        Process process = options.launch().start(place, options.crashes());
        String limits = options.cgroup().take(process.pid());
        Pipe pipe =
            new Pipe(
                process, line -> incidents.accept(new Incident.Line(place, process.pid(), line)));
        Worker worker = new Worker(place, process, pipe, limits, Instant.now(), now);
        workers.add(worker);
        pipe.open(
            frame -> mail.add(() -> said(worker, frame)),
            wrong -> mail.add(() -> silent(worker, wrong)),
            status -> mail.add(() -> exited(worker, (int) status)));
        worker.send(new ToWorker.Hello(Protocol.VERSION, options.timeouts().heartbeat(), true));
        incidents.accept(new Incident.Started(place, process.pid(), limits));
        return Optional.of(worker);
      } catch (IOException e) {
        failed(Duration.ZERO, false);
        String why = String.valueOf(e.getMessage());
        waiting.forEach(task -> task.result.complete(unstarted(place, why)));
        waiting.clear();
        return Optional.empty();
      }
    }

    private void failed(Duration lived, boolean finishedSomething) {
      deaths = options.backoff().counting(deaths, lived, finishedSomething);
      notBefore = now.plus(options.backoff().after(deaths));
    }

    void warm() {
      if (workers.stream().noneMatch(Worker::accepts) && !draining && !closing) {
        Optional<Worker> _ = start();
      }
    }

    /** What the workers were given and have not begun is given to others. */
    void drain() {
      workers.forEach(worker -> waiting.addAll(worker.drain()));
    }

    /** Nothing more is done here. */
    void shut() {
      drain();
      waiting.forEach(
          task -> task.result.complete(unstarted(place, "the node is being shut down")));
      waiting.clear();
    }

    void end() {
      shut();
      workers.forEach(worker -> worker.kill("was to end with the node", OptionalLong.empty(), now));
    }

    void each(Consumer<Worker> what) {
      workers.forEach(what);
    }

    Status status(Worker worker) {
      return new Status(
          place,
          worker.pid(),
          worker.state().name().toLowerCase(java.util.Locale.ROOT),
          worker.tasks.size(),
          worker.began,
          deaths,
          worker.limits());
    }

    boolean isEmpty() {
      return workers.isEmpty() && waiting.isEmpty() && burying == 0;
    }

    /** Whether nothing is to be remembered of it. */
    boolean isForgotten() {
      return isEmpty() && now.compareTo(notBefore.plus(options.backoff().stable())) > 0;
    }

    void cancel(Assignment task) {
      stop(
          task,
          new Result.Cancelled(task.kept()),
          worker -> {
            task.cancel(now);
            worker.send(new ToWorker.Cancel(task.number));
          });
    }

    void giveWay(Assignment task) {
      stop(
          task,
          new Result.Yielded(task.kept()),
          worker -> worker.send(new ToWorker.Yield(task.number)));
    }

    /**
     * @param unbegun how it ends when no worker has begun it
     * @param asked asks the worker that has
     */
    private void stop(Assignment task, Result unbegun, Consumer<Worker> asked) {
      if (waiting.remove(task)) {
        task.result.complete(unbegun);
        return;
      }
      workers.stream()
          .filter(worker -> worker.tasks.containsKey(task.number))
          .findFirst()
          .ifPresent(worker -> {
            if (worker.hasBegun()) {
              asked.accept(worker);
            } else {
              worker.tasks.remove(task.number);
              task.result.complete(unbegun);
            }
          });
    }

    private void said(Worker worker, FromWorker frame) {
      worker.heard(now);
      switch (frame) {
        case FromWorker.Ready ready -> ready(worker, ready);
        case FromWorker.Unfit(String why) ->
            worker.kill("said that it cannot work: " + why, OptionalLong.empty(), now);
        case FromWorker.Progress progress ->
            task(worker, progress.task())
                .ifPresent(task -> {
                  task.told(progress, now);
                  task.watcher.accept(progress);
                });
        case FromWorker.Event event ->
            task(worker, event.task()).ifPresent(task -> task.watcher.accept(event));
        case FromWorker.Piece piece ->
            task(worker, piece.task()).ifPresent(task -> task.watcher.accept(piece));
        case FromWorker.Coded coded ->
            task(worker, coded.task()).ifPresent(task -> task.watcher.accept(coded));
        case FromWorker.End end -> worker.ended(end.task(), now).ifPresent(task -> end(task, end));
        case FromWorker.Heartbeat beat -> {
          // Of several tasks nobody knows whose time it is.
          if (worker.tasks.size() == 1) {
            worker.tasks.values().forEach(task -> task.watcher.accept(beat));
          }
        }
        case FromWorker.Pong _ -> {}
      }
    }

    private Optional<Assignment> task(Worker worker, long number) {
      return Optional.ofNullable(worker.tasks.get(number));
    }

    private void ready(Worker worker, FromWorker.Ready ready) {
      if (ready.version() != Protocol.VERSION) {
        worker.kill(Protocol.mismatch(ready.version()), OptionalLong.empty(), now);
        return;
      }
      worker.ready(now);
      incidents.accept(new Incident.Ready(place, ready.pid(), ready.build()));
    }

    private void end(Assignment task, FromWorker.End end) {
      deaths = 0;
      Optional<String> condemned = task.condemned();
      Result result =
          switch (end) {
            case FromWorker.Planned planned -> new Result.Planned(planned);
            case FromWorker.Refused(long _, var failures) -> new Result.Refused(failures);
            case FromWorker.Done(long _, String report, var outputs) ->
                new Result.Done(report, outputs);
            case FromWorker.Failed(long _, var failure) -> new Result.Failed(failure);
            case FromWorker.Cancelled(long _, var kept) -> new Result.Cancelled(kept);
            case FromWorker.Yielded(long _, var kept) -> new Result.Yielded(kept);
          };
      boolean stopped = result instanceof Result.Cancelled || result instanceof Result.Yielded;
      task.result.complete(
          condemned.isPresent() && stopped && !task.isCancelled()
              ? new Result.Lost(
                  Death.stalled(place, condemned.get()), true, Result.Blame.SOLE, Optional.empty())
              : result);
    }

    private void silent(Worker worker, Optional<String> wrong) {
      worker.silent();
      wrong.ifPresent(
          words -> worker.kill("wrote what is no message: " + words, OptionalLong.empty(), now));
      bury(worker);
    }

    private void exited(Worker worker, int status) {
      worker.exited(status, now);
      worker.killTree();
      bury(worker);
    }

    private void bury(Worker worker) {
      if (worker.isOver() && workers.remove(worker)) {
        dead(worker);
      }
    }

    void tick() {
      for (Worker worker : List.copyOf(workers)) {
        tick(worker);
      }
      assign();
    }

    private void tick(Worker worker) {
      if (worker.isToBeCounted(now)) {
        worker.count(now);
      }
      worker
          .wrong(options.timeouts(), now)
          .ifPresent(why -> worker.kill(why, OptionalLong.empty(), now));
      if (worker.survives(options.timeouts(), now) && workers.remove(worker)) {
        // Blocked in a driver, or something it started holds on to its output.
        dead(worker);
        return;
      }
      if (worker.isIdle(options.timeouts(), now)) {
        waiting.addAll(worker.drain());
      }
      if (worker.hasBegun()) {
        worker.tasks.values().forEach(task -> tick(worker, task));
      }
    }

    private void tick(Worker worker, Assignment task) {
      task.overdue(options.timeouts(), now)
          .ifPresent(why -> {
            task.condemn(why, now);
            worker.send(new ToWorker.Cancel(task.number));
          });
      if (task.doesNotLetGo(options.timeouts(), now)) {
        worker.kill(
            "had a job that "
                + task.condemned().orElse("was cancelled")
                + " and did not let go of it",
            OptionalLong.of(task.number),
            now);
      }
    }

    /** Its tasks end when it is known what it died of; others are not kept waiting. */
    private void dead(Worker worker) {
      worker.close();
      worker.ranOutOfMemory(options.cgroup().ranOutOfMemory(worker.pid()));
      options.cgroup().release(worker.pid());
      List<Assignment> left = List.copyOf(worker.tasks.values());
      worker.tasks.clear();
      if (left.isEmpty() && (closing || worker.endedWell())) {
        incidents.accept(new Incident.Ended(place, worker.pid()));
        return;
      }
      failed(worker.lived(now), worker.hasFinishedSomething());
      Obituary obituary = new Obituary(options, worker, left, worker.lived(now), Instant.now());
      burying++;
      Thread _ =
          Thread.ofVirtual()
              .name("worker " + worker.pid() + " died")
              .start(() -> {
                CrashReport report = obituary.write();
                mail.add(() -> mourn(worker, left, report));
              });
    }

    private void mourn(Worker worker, List<Assignment> left, CrashReport report) {
      burying--;
      for (Assignment task : left) {
        task.result.complete(
            task.isCancelled()
                ? new Result.Cancelled(task.kept())
                : lost(worker, task, left, report));
      }
      incidents.accept(new Incident.Died(report));
    }

    private Failure failure(Worker worker, CrashReport report) {
      return worker.hasBegun()
          ? Death.failure(place, worker.pid(), report.how(), worker.status())
          : Death.unstarted(
              place,
              "it "
                  + report.how()
                  + (report.log().isEmpty() ? "" : "; it said: " + report.log().getLast()));
    }

    private Result lost(Worker worker, Assignment task, List<Assignment> all, CrashReport report) {
      return new Result.Lost(
          failure(worker, report), task.hasBegun(), blame(worker, task, all), Optional.of(report));
    }

    private Result.Blame blame(Worker worker, Assignment task, List<Assignment> all) {
      OptionalLong culprit = worker.culprit();
      if (!task.hasBegun() || closing) {
        return Result.Blame.NONE;
      }
      if (worker.why().isEmpty()
          && Death.isFromOutside(worker.status())
          && !worker.ranOutOfMemory()) {
        return Result.Blame.KILLED;
      }
      if (culprit.isPresent()) {
        return culprit.getAsLong() == task.number ? Result.Blame.SOLE : Result.Blame.NONE;
      }
      return all.stream().filter(Assignment::hasBegun).count() == 1
          ? Result.Blame.SOLE
          : Result.Blame.SHARED;
    }
  }
}
