package dev.penstock.node;

import dev.penstock.model.Demand;
import dev.penstock.model.Failure;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Urgency;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Result;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.Task;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.Decision;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Fleet;
import dev.penstock.planner.admission.Request;
import dev.penstock.planner.admission.Round;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
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
  /** Of the queue, those at its head are looked at each time, and as many behind them in turn. */
  private static final int LOOKED_AT = 256;

  /** Of those that wait, jobs with many pieces give some back for so many at once. */
  private static final int NARROWED_FOR = 16;

  /** Whose room is asked for at once. */
  private static final int CONSIDERED = 512;

  private static final Duration TICK = Duration.ofMillis(500);

  /** For jobs to give way when the node ends. */
  private static final Duration GIVING_WAY = Duration.ofSeconds(20);

  private static final Demand MEASURING_ON_PROCESSOR =
      new Demand(Load.NONE, List.of(), 1000, /* elastic= */ true, List.of());

  private static final Demand MEASURING =
      new Demand(
          Load.NONE,
          List.of(
              new Demand.Session(
                  0,
                  "measuring",
                  Load.of(Dimension.ENCODER, 100)
                      .with(Dimension.MEMORY, 256L << 20)
                      .with(Dimension.SESSIONS, 1))),
          1000,
          /* elastic= */ true,
          List.of());

  private static final Set<String> OVER =
      Set.of("job.cancelled", "job.failed", "job.done", "job.quarantined");

  private final Journal journal;
  private final Workers workers;
  private final Desk desk;
  private final Machine machine;
  private final Chronicle chronicle;
  private final JobFolders folders;
  private final SpecCheck specs;
  private final InstantSource clock;
  private final LinkedBlockingQueue<Runnable> mail = new LinkedBlockingQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final Plans plans;
  private final Judge judge;
  private final List<Unsettled> unsettled = new ArrayList<>();
  private final Map<JobId, Running> running = new ConcurrentHashMap<>();
  private final Map<JobId, List<String>> waits = new ConcurrentHashMap<>();
  private final CompletableFuture<Throwable> broken = new CompletableFuture<>();
  private final CompletableFuture<Void> quiet = new CompletableFuture<>();
  private final AutoCloseable events;
  private final Thread owner;
  private Optional<JobRecord> cursor = Optional.empty();
  private volatile boolean draining;
  private volatile Optional<String> held = Optional.empty();
  private boolean recovered;
  private boolean over;
  private volatile boolean closing;
  private volatile Instant looked;

  private record Unsettled(Running run, Result result) {}

  /** A job that a worker has. */
  private static final class Running {
    private final JobRecord record;
    private final Place place;
    private final boolean wide;
    private @Nullable Task task;
    private boolean stopped;
    private boolean narrowing;
    private volatile boolean begun;

    /**
     * @param wide whether it has more pieces at a time than one, and can give way
     */
    Running(JobRecord record, Place place, boolean wide) {
      this.record = record;
      this.place = place;
      this.wide = wide;
    }

    Urgency urgency() {
      return record.submission().jobClass();
    }

    List<String> gpus() {
      return place.gpus().stream().map(Place.Gpu::key).toList();
    }
  }

  private Transcode(
      Journal journal,
      Workers workers,
      Desk desk,
      Machine machine,
      Chronicle chronicle,
      Path work,
      SpecCheck specs,
      InstantSource clock) {
    this.journal = journal;
    this.workers = workers;
    this.desk = desk;
    this.machine = machine;
    this.chronicle = chronicle;
    this.folders = new JobFolders(work, specs, Transcode::tell);
    this.specs = specs;
    this.clock = clock;
    this.looked = clock.instant();
    this.plans =
        new Plans(
            workers,
            machine,
            clock,
            new Plans.Outside(
                this::post,
                this::setting,
                this::faulted,
                journal::attempts,
                this::fail,
                waits::put,
                chronicle::planned,
                this::measuring,
                this::released));
    this.judge = new Judge(journal, specs, machine, plans, clock);
    this.owner = Thread.ofPlatform().name("transcode").daemon().unstarted(this::run);
    this.events = journal.subscribe(this::heard);
  }

  /**
   * Takes up what the process before had in hand when it ended; nothing is done before {@link
   * #begin}.
   *
   * @param chronicle told of what happens
   * @param work folder for the segments of jobs, one folder each
   * @param specs knows what a job reads and writes
   */
  public static Transcode make(
      Journal journal,
      Workers workers,
      Desk desk,
      Machine machine,
      Chronicle chronicle,
      Path work,
      SpecCheck specs,
      InstantSource clock) {
    return new Transcode(journal, workers, desk, machine, chronicle, work, specs, clock);
  }

  /** Looks after the jobs from now on; once. */
  public void begin() {
    looked = clock.instant();
    try {
      recover();
    } catch (RuntimeException e) {
      // A node that ends for a full disk would be started, and end, again and again.
      tell(e);
    }
    owner.start();
  }

  // ---- what others ask; any thread

  /** Why a queued job does not begin; empty when that is not known yet. */
  public List<String> why(JobId id) {
    return waits.getOrDefault(id, List.of());
  }

  public int runningJobs() {
    return running.size();
  }

  /** Begins nothing new, or begins again; what runs goes on. */
  public void drain(boolean wanted) {
    draining = wanted;
    wake();
  }

  /** Holds for failures from now on. */
  public void follow(Retries other) {
    judge.follow(other);
  }

  public boolean isDraining() {
    return draining;
  }

  /**
   * What ended it, when it did without being closed. Nothing is lost, and nothing goes on: the
   * process has to end, and another to begin.
   */
  public Optional<Throwable> broken() {
    return Optional.ofNullable(broken.getNow(null));
  }

  /** Begins nothing new for this reason, or begins again. */
  void hold(Optional<String> why) {
    held = why;
    wake();
  }

  /** Why nothing new begins. */
  Optional<String> held() {
    return held;
  }

  // ---- the thread

  @SuppressWarnings(
      "CatchThrowable") // whatever it is, a node that does nothing must not look alive
  private void run() {
    try {
      while (!over) {
        try {
          step();
        } catch (RuntimeException e) {
          tell(e);
        }
      }
    } catch (InterruptedException _) {
      // Nobody has reason to but to end it.
    } catch (Throwable e) {
      System.getLogger(Transcode.class.getName())
          .log(System.Logger.Level.ERROR, "jobs are not looked after any more", e);
      boolean _ = broken.complete(e);
    } finally {
      boolean _ = quiet.complete(null);
    }
  }

  private void step() throws InterruptedException {
    Runnable next = mail.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
    if (next == null) {
      look();
    } else {
      next.run();
    }
    if (closing && running.isEmpty()) {
      boolean _ = quiet.complete(null);
    }
    if (!closing && !workers.isAlive()) {
      throw new AssertionError("nobody looks after the workers any more");
    }
  }

  /** A full disk, say: nothing was changed, and the next look tries again. */
  private static void tell(RuntimeException e) {
    System.getLogger(Transcode.class.getName()).log(System.Logger.Level.ERROR, e.toString(), e);
  }

  private void post(Runnable step) {
    mail.add(() -> {
      step.run();
      wake();
    });
  }

  private void heard(JobEvent event) {
    if (event.job().isEmpty()) {
      return;
    }
    JobId id = event.job().get();
    if (event.kind().equals("job.cancelling")) {
      mail.add(() -> stop(id));
    } else if (event.kind().equals("job.queued")) {
      wake();
    } else if (OVER.contains(event.kind())) {
      mail.add(() -> forget(id));
    }
  }

  private void forget(JobId id) {
    plans.forget(id);
    waits.remove(id);
    clear(id);
  }

  /** A session at a time, and what measures its pictures. */
  private Optional<Decision> measuring(JobRecord job, List<String> gpus) {
    Submission asked = job.submission();
    if (!(specs.check(asked.spec()) instanceof SpecCheck.Checked checked)
        || checked.measuring() == SpecCheck.Measuring.NONE) {
      return Optional.empty();
    }
    boolean isOnGpu = checked.measuring() == SpecCheck.Measuring.GPU && !gpus.isEmpty();
    Request request =
        new Request(
            job.id().value(),
            asked.tenant(),
            asked.jobClass(),
            asked.priority(),
            job.submitted(),
            asked.deadline(),
            isOnGpu ? MEASURING : MEASURING_ON_PROCESSOR,
            isOnGpu ? gpus : List.of(),
            0,
            /* inSegments= */ false);
    return Optional.of(desk.decide(machine.fleet(), request, clock.instant()));
  }

  private void released(JobId id) {
    List<?> _ = desk.refundJob(id.value());
    clear(id);
  }

  /** Of one that ended in no worker's hands, what earlier attempts and its planning left. */
  private void clear(JobId id) {
    boolean isHad =
        running.containsKey(id)
            || plans.isPlanning(id)
            || unsettled.stream().anyMatch(each -> each.run().record.id().equals(id));
    if (!isHad && folders.isThere(id)) {
      journal
          .find(id)
          .filter(job -> job.state().isEnded())
          .ifPresent(job ->
              guarded(() -> {
                folders.removeLeftovers(job);
                folders.discard(id);
              }));
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
    if (found != null && found.task != null && !found.stopped) {
      found.stopped = true;
      found.task.cancel();
    }
  }

  /** Nothing is begun before it has come to its end. */
  private void recover() {
    if (!recovered) {
      int _ = journal.recover();
      folders.tidy(journal::find);
      recovered = true;
    }
  }

  /** Of those that were cancelled while nobody heard of it. */
  private void stopCancelled() {
    if (journal.counts().getOrDefault("cancelling", 0L) > 0) {
      running.keySet().stream()
          .filter(id ->
              journal
                  .find(id)
                  .filter(job -> job.state() instanceof JobState.Cancelling)
                  .isPresent())
          .forEach(this::stop);
    }
  }

  private void look() {
    Instant now = clock.instant();
    looked = now;
    recover();
    settle();
    stopCancelled();
    List<?> _ =
        desk.expire(
            now,
            Stream.concat(running.keySet().stream(), plans.planned().stream())
                .map(JobId::value)
                .collect(Collectors.toSet()));
    journal.due(now).forEach(job -> change(job, new JobState.Queued()));
    guarded(() -> judge.lookAtGpus(now));
    if (draining || closing || held.isPresent()) {
      return;
    }
    plans.dropLost();
    List<JobRecord> window = window();
    List<JobRecord> unplanned =
        window.stream().filter(job -> plans.find(job.id()).isEmpty()).toList();
    admit(considered(window), unplanned.isEmpty(), now);
    plans.prepare(unplanned, now);
  }

  /** The head of the queue, and the next part of what is behind it: all are looked at in time. */
  private List<JobRecord> window() {
    List<JobRecord> head = journal.queued(Optional.empty(), Optional.empty(), LOOKED_AT);
    if (head.size() < LOOKED_AT) {
      cursor = Optional.empty();
      return head;
    }
    if (plans.isFull()) {
      return head;
    }
    Optional<JobRecord> from = cursor.or(() -> Optional.of(head.getLast()));
    List<JobRecord> behind = journal.queued(Optional.empty(), from, LOOKED_AT);
    cursor = behind.size() < LOOKED_AT ? Optional.empty() : Optional.of(behind.getLast());
    Map<JobId, JobRecord> all = new LinkedHashMap<>();
    head.forEach(job -> all.put(job.id(), job));
    behind.forEach(job -> all.put(job.id(), job));
    return List.copyOf(all.values());
  }

  private List<Candidate> considered(List<JobRecord> window) {
    Map<JobId, Candidate> all = new LinkedHashMap<>();
    window.forEach(job -> plans.find(job.id()).ifPresent(known -> all.put(job.id(), known)));
    plans.known().forEach(known -> all.putIfAbsent(known.id(), known));
    return Turns.first(CONSIDERED, List.copyOf(all.values()), Candidate::tenant);
  }

  private void fail(JobRecord job, Failure failure) {
    change(job, new JobState.Failed(failure));
  }

  // ---- admission

  /** A job that nothing waits beside may have more engines, if they are free. */
  private boolean admitWide(Candidate job, Instant now) {
    if (job.wide().isEmpty()) {
      return false;
    }
    Candidate wide = job.wide().get();
    Decision decision =
        desk.decide(machine.fleet(), List.of(wide.request(0)), now).getFirst().decision();
    if (decision instanceof Decision.Admitted admitted) {
      chronicle.decided(admitted);
      tryToBegin(wide, admitted);
      return true;
    }
    return false;
  }

  /**
   * @param all whether nothing is queued beside these
   */
  private void admit(List<Candidate> ready, boolean all, Instant now) {
    if (all && ready.size() == 1 && admitWide(ready.getFirst(), now)) {
      return;
    }
    Map<String, Candidate> byId = new LinkedHashMap<>();
    ready.forEach(job -> byId.put(job.id().value(), job));
    Map<String, Integer> busy = new HashMap<>();
    running.values().forEach(each -> busy.merge(each.place.tenant(), 1, Integer::sum));
    List<Request> requests = new ArrayList<>();
    Turns.of(ready, Candidate::tenant, busy)
        .forEach((job, turn) -> requests.add(job.request(turn)));
    Optional<Request> pressing = Optional.empty();
    List<Request> waiting = new ArrayList<>();
    for (Round.Answer answer : desk.decide(machine.fleet(), requests, now)) {
      Candidate job = Objects.requireNonNull(byId.get(answer.request().job()));
      chronicle.decided(answer.decision());
      switch (answer.decision()) {
        case Decision.Admitted admitted -> tryToBegin(job, admitted);
        case Decision.Wait wait -> {
          waits.put(job.id(), wait.lines());
          waiting.add(answer.request());
          pressing = pressing.or(() -> pressing(answer.request()));
        }
        case Decision.Rejected rejected -> rejected(job, rejected);
      }
    }
    pressing.ifPresent(request -> makeRoom(request, now));
    waiting.stream().limit(NARROWED_FOR).forEach(request -> takeWidth(request, now));
  }

  /**
   * A job that began with many pieces at a time, as nothing waited then, gives them back at the end
   * of those that it has, where that makes room for what is as urgent. It goes on with one, among
   * the others.
   */
  private void takeWidth(Request request, Instant now) {
    List<Running> wide =
        running.values().stream()
            .filter(each -> each.wide && each.task != null)
            .filter(each -> request.urgency().compareTo(each.urgency()) <= 0)
            .toList();
    if (wide.isEmpty()) {
      return;
    }
    Fleet fleet = machine.fleet();
    Predicate<Running> isInTheWay =
        each -> desk.isInTheWay(fleet, request, each.record.id().value(), now);
    if (wide.stream().filter(each -> each.narrowing).noneMatch(isInTheWay)) {
      wide.stream()
          .filter(each -> !each.narrowing)
          .filter(isInTheWay)
          .findFirst()
          .ifPresent(each -> {
            each.narrowing = true;
            plans.narrow(each.record.id());
            Objects.requireNonNull(each.task).giveWay();
          });
    }
  }

  private void rejected(Candidate job, Decision.Rejected rejected) {
    queued(job.id())
        .ifPresentOrElse(
            record -> plans.rejected(record, job, rejected), () -> plans.drop(job.id()));
  }

  private Optional<JobRecord> queued(JobId id) {
    return journal.find(id).filter(job -> job.state() instanceof JobState.Queued);
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

  // ---- doing it

  /** One that cannot begin holds up no other. */
  private void tryToBegin(Candidate job, Decision.Admitted admitted) {
    try {
      Optional<JobRecord> record = queued(job.id());
      if (record.isEmpty() || !begin(record.get(), job, admitted)) {
        List<?> _ = desk.refundJob(job.id().value());
      }
      plans.drop(job.id());
      waits.remove(job.id());
    } catch (RuntimeException e) {
      if (!running.containsKey(job.id())) {
        List<?> _ = desk.refundJob(job.id().value());
      }
      tell(e);
    }
  }

  private boolean begin(JobRecord job, Candidate planned, Decision.Admitted admitted) {
    Submission asked = job.submission();
    List<String> gpus = admitted.placement().gpus();
    Place shared = new Place(asked.tenant(), gpus.stream().map(machine::gpu).toList());
    Place place = plans.isAlone(job.id()) ? shared.aloneFor(job.id()) : shared;
    JobState.Running state =
        new JobState.Running(job.attempts() + 1, place.toString(), gpus, clock.instant());
    Optional<JobRecord> begun = journal.change(job.id(), job.sequence(), Step.to(state));
    if (begun.isEmpty()) {
      return false;
    }
    Running now = new Running(begun.get(), place, planned.inSegments() && planned.pieces() > 1);
    running.put(job.id(), now);
    try {
      hand(now, planned, gpus);
    } catch (RuntimeException e) {
      // No worker has it: it is queued again, when that can be written down.
      tell(e);
      unsettled.add(new Unsettled(now, new Result.Yielded(Optional.empty())));
    }
    return true;
  }

  private void hand(Running job, Candidate planned, List<String> gpus) {
    JobRecord record = job.record;
    JobId id = record.id();
    chronicle.began(record, record.attempts(), job.place);
    Setting plain = setting(record).on(gpus).decoding(plans.decodes(id));
    // On the processor all lanes share its cores, which is what is leased of it.
    Setting setting = gpus.isEmpty() ? plain : plain.inLanes(planned.pieces());
    machine.experience().begun(id, planned.parts(), gpus);
    Task task =
        workers.execute(
            job.place, id, record.submission().spec(), setting, said -> watch(job, said));
    job.task = task;
    var _ = task.result().thenAccept(result -> mail.add(() -> ended(job, result)));
  }

  /** On a thread of the workers. */
  private void watch(Running job, FromWorker said) {
    machine.experience().said(job.record.id(), said);
    chronicle.said(job.record.id(), said);
    if (said instanceof FromWorker.Progress progress
        && progress.phase() == FromWorker.Phase.ENCODING
        && !job.begun) {
      boolean _ = desk.confirm(job.record.id().value(), clock.instant());
      job.begun = true;
    }
  }

  /** Never over a file that is there: whose it is cannot be told. */
  private Setting setting(JobRecord job) {
    Setting setting =
        Setting.standard().with(OptionalInt.empty(), Optional.of(folders.of(job.id())));
    return machine.known().map(setting::knowing).orElse(setting);
  }

  /** A result stays until it is durable: the disk may be full just now. */
  private void ended(Running run, Result result) {
    if (run.place.alone().isPresent()) {
      workers.drain(run.place);
    }
    unsettled.add(new Unsettled(run, result));
    settle();
    wake();
  }

  /** One that cannot be written down holds up no other. */
  private void settle() {
    for (Unsettled each : List.copyOf(unsettled)) {
      try {
        settle(each.run(), each.result());
        unsettled.remove(each);
      } catch (RuntimeException e) {
        tell(e);
      }
    }
  }

  private void settle(Running run, Result result) {
    JobId id = run.record.id();
    Optional<JobRecord> settled = Optional.empty();
    // It may be cancelled just now: what came of it counts, as far as it may.
    for (Optional<JobRecord> job = inHand(run);
        settled.isEmpty() && job.isPresent();
        job = inHand(run)) {
      Step step = chronicle.with(id, judge.step(job.get(), run.gpus(), result, closing));
      settled = journal.change(id, job.get().sequence(), step);
      if (settled.isPresent()) {
        guarded(() -> chronicle.taken(step));
      }
    }
    if (running.remove(id, run)) {
      machine.experience().ended(id);
      List<?> _ = desk.refundJob(id.value());
    }
    Optional<JobRecord> after = settled;
    guarded(() -> judge.learn(run.record, run.gpus(), after, result));
    after.ifPresent(job -> guarded(() -> tidy(job, result)));
  }

  /** As it is now; empty where somebody else has ended this attempt. */
  private Optional<JobRecord> inHand(Running run) {
    return journal
        .find(run.record.id())
        .filter(job -> job.attempts() == run.record.attempts())
        .filter(job ->
            job.state() instanceof JobState.Running || job.state() instanceof JobState.Cancelling);
  }

  private void tidy(JobRecord job, Result result) {
    boolean isOver = job.state().isEnded();
    if (result instanceof Result.Lost || (isOver && job.attempts() > 1)) {
      folders.removeLeftovers(job);
    }
    if (isOver) {
      folders.discard(job.id());
    }
  }

  /** What is durable is not taken back for it. */
  private static void guarded(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      tell(e);
    }
  }

  private Set<String> faulted(JobRecord job) {
    return judge.faulted(job);
  }

  private void change(JobRecord job, JobState to) {
    Step step = to.isEnded() ? chronicle.with(job.id(), Step.to(to)) : Step.to(to);
    Optional<JobRecord> _ = journal.change(job.id(), job.sequence(), step);
  }

  /** When it looked last. */
  Instant looked() {
    return looked;
  }

  /** Whether it looks after its jobs. */
  public boolean isAlive(Duration within) {
    return owner.isAlive() && looked.plus(within).isAfter(clock.instant());
  }

  private void giveWay() {
    plans.stop();
    running.values().stream()
        .filter(each -> each.task != null)
        .forEach(each -> Objects.requireNonNull(each.task).giveWay());
  }

  /**
   * Has jobs give way for a while, then ends the workers; the next on the same journal goes on with
   * what they had in hand.
   */
  @Override
  public void close() {
    closing = true;
    mail.add(this::giveWay);
    if (owner.getState() == Thread.State.NEW) {
      boolean _ = quiet.complete(null);
    }
    try {
      Void _ = quiet.get(GIVING_WAY.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException _) {
      // What is left is not cut up, or is slow.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
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
