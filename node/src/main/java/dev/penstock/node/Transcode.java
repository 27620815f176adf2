package dev.penstock.node;

import dev.penstock.model.Demand;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Plan;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.journal.Fault;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Result;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.Task;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Decision;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Footage;
import dev.penstock.planner.admission.Pace;
import dev.penstock.planner.admission.Request;
import dev.penstock.planner.admission.Round;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The main flow: what is queued is planned in a worker, admitted when there is room, done in a
 * worker, and brought to its end in the journal.
 *
 * <pre>
 *   queued ──► plan (worker) ──► demand ──► desk ──► running ──► execute (worker) ──► done | failed | …
 *      ▲                                     │ no room            │ gave way, worker lost, may pass
 *      └─────────────────────────────────────┴──────── backoff ◄──┘
 * </pre>
 *
 * <p><b>Threads.</b> All that changes belongs to one thread, {@code transcode}: events of the
 * journal, results of workers and the passing of time come to it as messages. What others ask for
 * is read from concurrent maps.
 */
public final class Transcode implements AutoCloseable {
  /** Queued jobs that are looked at; those behind wait for these. */
  private static final int LOOKED_AT = 256;

  /** Plans at once; they read the beginnings of files. */
  private static final int PLANNED_AT_ONCE = 4;

  private static final int MOST_ATTEMPTS = 5;
  private static final int DEVICES_TO_BLAME_THE_INPUT = 2;
  private static final Duration TICK = Duration.ofMillis(500);
  private static final Duration FIRST_DELAY = Duration.ofSeconds(5);
  private static final int MOST_DOUBLINGS = 6;

  private final Journal journal;
  private final Workers workers;
  private final Desk desk;
  private final Machine machine;
  private final Path work;
  private final InstantSource clock;
  private final LinkedBlockingQueue<Runnable> mail = new LinkedBlockingQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Map<JobId, Prepared> prepared = new HashMap<>();
  private final Map<JobId, Task> planning = new HashMap<>();
  private final Map<JobId, Delay> putOff = new HashMap<>();
  private final List<Unsettled> unsettled = new ArrayList<>();
  private final Map<JobId, Running> running = new ConcurrentHashMap<>();
  private final Map<JobId, List<String>> waits = new ConcurrentHashMap<>();
  private final AutoCloseable events;
  private final Thread owner;
  private volatile boolean draining;
  private boolean over;
  private volatile boolean closing;
  private volatile Instant looked;

  /** A job whose plan is known. */
  private record Prepared(FromWorker.Planned planned, Demand demand, List<String> gpus) {}

  /** A job whose planning did not come to an end. */
  private record Delay(int times, Instant until) {
    Delay more() {
      return new Delay(times + 1, until);
    }
  }

  private record Unsettled(Running run, Result result) {}

  /** A job that a worker has. */
  private static final class Running {
    private final JobRecord record;
    private final Place place;
    private @Nullable Task task;
    private volatile Optional<FromWorker.Progress> progress = Optional.empty();

    Running(JobRecord record, Place place) {
      this.record = record;
      this.place = place;
    }
  }

  private Transcode(
      Journal journal,
      Workers workers,
      Desk desk,
      Machine machine,
      Path work,
      InstantSource clock) {
    this.journal = journal;
    this.workers = workers;
    this.desk = desk;
    this.machine = machine;
    this.work = work;
    this.clock = clock;
    this.looked = clock.instant();
    this.owner = Thread.ofPlatform().name("transcode").daemon().unstarted(this::run);
    this.events = journal.subscribe(this::heard);
  }

  /**
   * Begins, with what the process before had in hand when it ended.
   *
   * @param work folder for the segments of jobs, one folder each
   */
  public static Transcode open(
      Journal journal,
      Workers workers,
      Desk desk,
      Machine machine,
      Path work,
      InstantSource clock) {
    int _ = journal.recover();
    Transcode transcode = new Transcode(journal, workers, desk, machine, work, clock);
    transcode.owner.start();
    return transcode;
  }

  // ---- what others ask; any thread

  /** Why a queued job does not begin; empty when that is not known yet. */
  public List<String> why(JobId id) {
    return waits.getOrDefault(id, List.of());
  }

  /** How far a running job is, as its worker said last. */
  public Optional<FromWorker.Progress> progress(JobId id) {
    return Optional.ofNullable(running.get(id)).flatMap(each -> each.progress);
  }

  public int runningJobs() {
    return running.size();
  }

  /** Begins nothing new, or begins again; what runs goes on. */
  public void drain(boolean wanted) {
    draining = wanted;
    wake();
  }

  public boolean isDraining() {
    return draining;
  }

  // ---- the thread

  private void run() {
    while (!over) {
      try {
        Runnable next = mail.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
        if (next == null) {
          look();
        } else {
          next.run();
        }
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        tell(e);
      }
    }
  }

  /** A full disk, say: nothing was changed, and the next look tries again. */
  private void tell(RuntimeException e) {
    System.getLogger(Transcode.class.getName()).log(System.Logger.Level.ERROR, e.toString(), e);
  }

  private void heard(JobEvent event) {
    if (event.kind().equals("job.cancelling") && event.job().isPresent()) {
      mail.add(() -> stop(event.job().get()));
    } else if (event.kind().equals("job.queued")) {
      wake();
    }
  }

  /** Many events, one look. */
  private void wake() {
    if (!woken.getAndSet(true)) {
      mail.add(() -> {
        woken.set(false);
        look();
      });
    }
  }

  private void stop(JobId id) {
    Running found = running.get(id);
    if (found != null && found.task != null) {
      found.task.cancel();
    }
  }

  private void look() {
    Instant now = clock.instant();
    settle();
    looked = now;
    journal.due(now).forEach(job -> change(job, new JobState.Queued()));
    // Work that a worker has is work, though nothing was heard of it yet.
    running.keySet().forEach(id -> desk.confirm(id.value(), now));
    List<?> _ = desk.expire(now);
    if (draining || closing) {
      return;
    }
    List<JobRecord> queued = journal.queued(Optional.empty(), Optional.empty(), LOOKED_AT);
    forget(queued);
    queued.stream().filter(job -> !prepared.containsKey(job.id())).forEach(this::prepare);
    admit(queued.stream().filter(job -> prepared.containsKey(job.id())).toList(), now);
  }

  private void forget(List<JobRecord> queued) {
    Set<JobId> ids = queued.stream().map(JobRecord::id).collect(Collectors.toSet());
    prepared.keySet().retainAll(ids);
    waits.keySet().retainAll(ids);
    putOff.keySet().retainAll(ids);
    planning.forEach((id, task) -> {
      if (!ids.contains(id)) {
        task.cancel();
      }
    });
  }

  // ---- planning

  private void prepare(JobRecord job) {
    boolean tooSoon =
        putOff.containsKey(job.id())
            && clock.instant().isBefore(Objects.requireNonNull(putOff.get(job.id())).until());
    if (tooSoon || planning.size() >= PLANNED_AT_ONCE || planning.containsKey(job.id())) {
      return;
    }
    Task task =
        workers.plan(
            Place.software(job.submission().tenant()),
            job.id(),
            job.submission().spec(),
            setting(job),
            _ -> {});
    planning.put(job.id(), task);
    waits.put(job.id(), List.of("its input is being looked at"));
    var _ = task.result().thenAccept(result -> mail.add(() -> planned(job, result)));
  }

  private void planned(JobRecord job, Result result) {
    planning.remove(job.id());
    switch (result) {
      case Result.Planned(FromWorker.Planned planned) -> keep(job, planned);
      case Result.Refused(List<Failure> failures) -> fail(job, failures.getFirst());
      case Result.Failed(Failure failure) when failure.retry() == Failure.Retry.NEVER ->
          fail(job, failure);
      case Result.Failed(Failure failure) -> putOff(job, failure);
      case Result.Lost lost when lost.begun() && !closing -> putOff(job, lost.failure());
      case Result.Lost _, Result.Cancelled _, Result.Yielded _, Result.Done _ -> {}
    }
    wake();
  }

  private void keep(JobRecord job, FromWorker.Planned planned) {
    try {
      prepared.put(
          job.id(), new Prepared(planned, demand(job, planned), gpus(planned.planned().plan())));
    } catch (RuntimeException e) {
      fail(job, bug(job, e));
    }
  }

  private static Failure bug(JobRecord job, RuntimeException e) {
    return new Failure.Bug(
        new Diagnosis(
            "job " + job.id(),
            Stage.PLAN,
            "cannot be given a place",
            e.toString(),
            "report this with the log of the node"));
  }

  /** Looked at again later, a few times. */
  private void putOff(JobRecord job, Failure failure) {
    int times = putOff.merge(job.id(), new Delay(1, Instant.MIN), (had, _) -> had.more()).times();
    if (times >= MOST_ATTEMPTS) {
      fail(job, failure);
      return;
    }
    putOff.put(job.id(), new Delay(times, clock.instant().plus(delay(times))));
    waits.put(job.id(), List.of("is looked at again soon: " + failure.diagnosis().line()));
  }

  private void fail(JobRecord job, Failure failure) {
    change(job, new JobState.Failed(failure));
  }

  private static List<String> gpus(Plan plan) {
    return plan.acceleration()
        .map(all -> all.seats().stream().map(Plan.Seat::key).toList())
        .orElse(List.of());
  }

  private Demand demand(JobRecord job, FromWorker.Planned planned) {
    Plan plan = planned.planned().plan();
    CostModel costs = machine.costs(gpus(plan).stream().findFirst());
    Pace pace =
        job.submission().jobClass() == Urgency.LIVE
            ? new Pace.RealTime(1)
            : new Pace.AsFastAsPossible();
    return costs.demand(plan, Footage.of(plan, planned.input()), pace, 1);
  }

  // ---- admission

  private void admit(List<JobRecord> ready, Instant now) {
    Map<String, JobRecord> byId = new LinkedHashMap<>();
    ready.forEach(job -> byId.put(job.id().value(), job));
    List<Request> requests = ready.stream().map(this::request).toList();
    Optional<Request> pressing = Optional.empty();
    for (Round.Answer answer : desk.decide(machine.fleet(), requests, now)) {
      JobRecord job = Objects.requireNonNull(byId.get(answer.request().job()));
      switch (answer.decision()) {
        case Decision.Admitted admitted -> tryToBegin(job, admitted);
        case Decision.Wait wait -> {
          waits.put(job.id(), wait.lines());
          pressing = pressing.or(() -> pressing(answer.request()));
        }
        case Decision.Rejected rejected -> fail(job, tooLarge(job, rejected));
      }
    }
    pressing.ifPresent(request -> makeRoom(request, now));
  }

  private static Optional<Request> pressing(Request request) {
    return Optional.of(request).filter(each -> each.urgency() != Urgency.BATCH);
  }

  private void makeRoom(Request request, Instant now) {
    desk.makeRoom(machine.fleet(), request, now)
        .ifPresent(found ->
            found.jobs().stream()
                .map(JobId::new)
                .map(running::get)
                .filter(each -> each != null && each.task != null)
                .forEach(each -> each.task.giveWay()));
  }

  private Request request(JobRecord job) {
    Submission asked = job.submission();
    Prepared known = Objects.requireNonNull(prepared.get(job.id()));
    return new Request(
        job.id().value(),
        asked.tenant(),
        asked.jobClass(),
        asked.priority(),
        job.submitted(),
        asked.deadline(),
        known.demand(),
        known.gpus(),
        /* maySplit= */ false);
  }

  private static Failure tooLarge(JobRecord job, Decision.Rejected rejected) {
    return new Failure.OutOfResource(
        new Diagnosis(
            "job " + job.id(),
            Stage.PLAN,
            "does not fit on this machine, however idle",
            String.join("; ", rejected.lines()),
            "ask for less, such as fewer rungs, or raise the limits of the node"));
  }

  // ---- doing it

  /** One that cannot begin holds up no other. */
  private void tryToBegin(JobRecord job, Decision.Admitted admitted) {
    try {
      begin(job, admitted);
    } catch (RuntimeException e) {
      if (!running.containsKey(job.id())) {
        List<?> _ = desk.refundJob(job.id().value());
      }
      tell(e);
    }
  }

  private void begin(JobRecord job, Decision.Admitted admitted) {
    Submission asked = job.submission();
    List<String> gpus = admitted.placement().gpus();
    Place place =
        gpus.isEmpty()
            ? Place.software(asked.tenant())
            : new Place(asked.tenant(), gpus.stream().map(machine::gpu).toList());
    JobState.Running state =
        new JobState.Running(job.attempts() + 1, place.toString(), gpus, clock.instant());
    Optional<JobRecord> begun = journal.change(job.id(), job.sequence(), Step.to(state));
    prepared.remove(job.id());
    waits.remove(job.id());
    if (begun.isEmpty()) {
      List<?> _ = desk.refundJob(job.id().value());
      return;
    }
    Running now = new Running(begun.get(), place);
    running.put(job.id(), now);
    Setting setting = setting(begun.get()).on(gpus);
    now.task = workers.execute(place, job.id(), asked.spec(), setting, said -> watch(now, said));
    var _ = now.task.result().thenAccept(result -> mail.add(() -> ended(now, result)));
  }

  /** On a thread of the workers. */
  private void watch(Running job, FromWorker said) {
    if (said instanceof FromWorker.Progress progress) {
      if (job.progress.isEmpty()) {
        boolean _ = desk.confirm(job.record.id().value(), clock.instant());
      }
      job.progress = Optional.of(progress);
    }
  }

  /** Never over a file that is there: whose it is cannot be told. */
  private Setting setting(JobRecord job) {
    return Setting.standard().with(OptionalInt.empty(), Optional.of(folder(job.id())));
  }

  private Path folder(JobId id) {
    return work.resolve(id.value());
  }

  /** A result stays until it is durable: the disk may be full just now. */
  private void ended(Running run, Result result) {
    unsettled.add(new Unsettled(run, result));
    settle();
    wake();
  }

  private void settle() {
    for (Unsettled each : List.copyOf(unsettled)) {
      settle(each.run(), each.result());
      unsettled.remove(each);
    }
  }

  private void settle(Running run, Result result) {
    JobId id = run.record.id();
    JobRecord job = journal.find(id).orElseThrow();
    Optional<JobRecord> settled = journal.change(id, job.sequence(), step(job, run, result));
    if (settled.isEmpty()) {
      // It was cancelled just now: what came of it counts, as far as it may.
      JobRecord since = journal.find(id).orElseThrow();
      settled = journal.change(id, since.sequence(), step(since, run, result));
    }
    running.remove(id);
    List<?> _ = desk.refundJob(id.value());
    if (settled.filter(each -> each.state().isEnded()).isPresent()) {
      discard(folder(id));
    }
  }

  /** Segments of a job that is over. */
  private void discard(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    } catch (NoSuchFileException _) {
      // It never had any.
    } catch (IOException e) {
      tell(new UncheckedIOException(e));
    }
  }

  private Step step(JobRecord job, Running run, Result result) {
    if (result instanceof Result.Done(String report, List<String> _)) {
      return Step.to(new JobState.Done()).withReport(report);
    }
    if (job.state() instanceof JobState.Cancelling cancelling) {
      return Step.to(new JobState.Cancelled(cancelling.by()));
    }
    return switch (result) {
      case Result.Failed(Failure failure) -> failed(job, failure, false, List.of());
      case Result.Refused(List<Failure> failures) ->
          Step.to(new JobState.Failed(failures.getFirst()));
      case Result.Lost lost when !lost.begun() || closing -> Step.to(new JobState.Queued());
      case Result.Lost lost ->
          failed(
              job,
              lost.failure(),
              true,
              lost.suspect() && isAlone(run) ? faults(job, run, lost) : List.of());
      case Result.Cancelled _, Result.Yielded _, Result.Planned _, Result.Done _ ->
          Step.to(new JobState.Queued());
    };
  }

  /** Of several in one worker nobody knows which brought it down. */
  private boolean isAlone(Running run) {
    return running.values().stream()
        .noneMatch(other -> other != run && other.place.equals(run.place));
  }

  private List<Fault> faults(JobRecord job, Running run, Result.Lost lost) {
    List<String> devices =
        run.place.isSoftware()
            ? List.of("software")
            : run.place.gpus().stream().map(Place.Gpu::key).toList();
    return devices.stream()
        .map(device ->
            new Fault(
                job.submission().spec(),
                device,
                job.id(),
                job.attempts(),
                clock.instant(),
                lost.failure().diagnosis().line()))
        .toList();
  }

  /** Whether it is tried again follows from what kind of failure it is. */
  private Step failed(JobRecord job, Failure failure, boolean lost, List<Fault> faults) {
    List<Fault> known = new ArrayList<>(journal.faults(job.submission().spec()));
    known.addAll(faults);
    long devices = known.stream().map(Fault::device).distinct().count();
    if (!faults.isEmpty() && devices >= DEVICES_TO_BLAME_THE_INPUT) {
      List<String> evidence = known.stream().map(Fault::evidence).distinct().toList();
      return Step.to(new JobState.Quarantined(failure, evidence)).withFaults(faults);
    }
    boolean mayPass = lost || failure.retry() != Failure.Retry.NEVER;
    int tries = journal.tries(job.id());
    if (!mayPass || tries + 1 >= MOST_ATTEMPTS) {
      return Step.to(new JobState.Failed(failure)).withFaults(faults);
    }
    Duration delay = failure instanceof Failure.DeviceLost ? Duration.ZERO : delay(tries);
    return Step.to(new JobState.Backoff(tries + 1, clock.instant().plus(delay), failure))
        .withFaults(faults);
  }

  private static Duration delay(int tries) {
    return FIRST_DELAY.multipliedBy(1L << Math.min(tries, MOST_DOUBLINGS));
  }

  private void change(JobRecord job, JobState to) {
    Optional<JobRecord> _ = journal.change(job.id(), job.sequence(), Step.to(to));
  }

  /** When it looked last. */
  Instant looked() {
    return looked;
  }

  /** Whether it looks after its jobs. */
  public boolean isAlive(Duration within) {
    return owner.isAlive() && looked.plus(within).isAfter(clock.instant());
  }

  /** Ends the workers; what they had in hand is gone on with by the next on the same journal. */
  @Override
  public void close() {
    closing = true;
    workers.close();
    mail.add(() -> over = true);
    try {
      owner.join();
      events.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("a subscription does not end", e);
    }
  }
}
