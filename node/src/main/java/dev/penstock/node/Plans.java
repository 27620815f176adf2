package dev.penstock.node;

import dev.penstock.model.Demand;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Plan;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.journal.Attempt;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Result;
import dev.penstock.node.worker.Setting;
import dev.penstock.node.worker.Task;
import dev.penstock.node.worker.Workers;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Decision;
import dev.penstock.planner.admission.Footage;
import dev.penstock.planner.admission.Pace;
import dev.penstock.planner.admission.Policy;
import dev.penstock.planner.admission.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The plans of queued jobs: had from workers, a few at a time, and kept as long as they are few.
 * Belongs to the thread of {@link Transcode}.
 */
final class Plans {
  /** Kept at once, some 2 kB each; beyond, those that go last are planned again. */
  private static final int MOST = 2048;

  private static final Demand NOTHING =
      new Demand(Load.NONE, List.of(), 0, /* elastic= */ false, List.of());

  /**
   * Of a job, side by side: what its leases are for. Many jobs keep all engines busy, and one that
   * took more would keep the others waiting; one that nothing waits beside takes as many as a GPU
   * has encoders.
   */
  private static final int PIECES = 1;

  private static final int AT_ONCE = 4;
  private static final int AT_ONCE_OF_TENANT = 2;
  private static final Duration FIRST_DELAY = Duration.ofSeconds(5);

  private final Workers workers;
  private final Machine machine;
  private final InstantSource clock;
  private final Outside outside;
  private final Map<JobId, Candidate> known = new LinkedHashMap<>();
  private final Map<JobId, Task> planning = new HashMap<>();
  private final Map<JobId, String> planners = new HashMap<>();
  private final Map<JobId, Delay> delays = new HashMap<>();
  private final Map<JobId, Refusal> refusals = new HashMap<>();
  private final Map<JobId, Set<String>> unable = new HashMap<>();
  private final Map<JobId, Set<String>> decodedInSoftware = new HashMap<>();
  private final Set<JobId> cramped = new HashSet<>();
  private final Set<JobId> narrow = new HashSet<>();
  private final Set<JobId> alone = new HashSet<>();
  private final Set<JobId> recalled = new HashSet<>();

  /**
   * What the flow does with what comes of planning.
   *
   * @param mail has something done on the thread of the flow
   * @param setting of a job, without devices
   * @param faulted keys of devices that failed on a job
   * @param attempts of a job
   * @param failed a job that cannot be done
   * @param waits why a job is not begun
   * @param planned told of each plan
   * @param measuring room for what planning a job encodes, which is held until it is released;
   *     empty where planning encodes nothing
   * @param released told of each job that no worker plans any more
   */
  record Outside(
      Consumer<Runnable> mail,
      Function<JobRecord, Setting> setting,
      Function<JobRecord, Set<String>> faulted,
      Function<JobId, List<Attempt>> attempts,
      BiConsumer<JobRecord, Failure> failed,
      BiConsumer<JobId, List<String>> waits,
      BiConsumer<JobId, FromWorker.Planned> planned,
      BiFunction<JobRecord, List<String>, Optional<Decision>> measuring,
      Consumer<JobId> released) {}

  /** A job whose planning did not come to an end. */
  private record Delay(int times, Instant until) {}

  /** GPUs that have no room for a job even without other work. */
  private record Refusal(Set<String> gpus, List<String> lines) {}

  Plans(Workers workers, Machine machine, InstantSource clock, Outside outside) {
    this.workers = workers;
    this.machine = machine;
    this.clock = clock;
    this.outside = outside;
  }

  Optional<Candidate> find(JobId id) {
    return Optional.ofNullable(known.get(id));
  }

  /** All that are known, those known for longest first. */
  Collection<Candidate> known() {
    return List.copyOf(known.values());
  }

  /** It is not queued any more. What was learnt of it stays for when it is again. */
  void drop(JobId id) {
    known.remove(id);
    delays.remove(id);
    Task task = planning.get(id);
    if (task != null) {
      task.cancel();
    }
  }

  /** It is over. */
  void forget(JobId id) {
    drop(id);
    refusals.remove(id);
    unable.remove(id);
    decodedInSoftware.remove(id);
    cramped.remove(id);
    narrow.remove(id);
    alone.remove(id);
    recalled.remove(id);
  }

  /** Jobs that workers plan. */
  Set<JobId> planned() {
    return Set.copyOf(planning.keySet());
  }

  boolean isPlanning(JobId id) {
    return planning.containsKey(id);
  }

  /** Whether a plan has to go for each that comes. */
  boolean isFull() {
    return known.size() >= MOST;
  }

  /** Planning ends, as far as it can be told to. */
  void stop() {
    planning.values().forEach(Task::cancel);
  }

  /** It gets workers of its own from here on. */
  void isolate(JobId id) {
    alone.add(id);
  }

  boolean isAlone(JobId id) {
    return alone.contains(id);
  }

  /** Devices that cannot do this job, though they work. */
  void unable(JobId id, Collection<String> gpus) {
    unable.computeIfAbsent(id, _ -> new HashSet<>()).addAll(gpus);
  }

  /** GPUs that failed to decode this job, and may still encode it. */
  void decodeInSoftware(JobId id, Collection<String> gpus) {
    decodedInSoftware.computeIfAbsent(id, _ -> new HashSet<>()).addAll(gpus);
  }

  /** GPUs that failed on a job that they did not decode, or may have. */
  void failedWithoutDecoder(JobId id, Collection<String> gpus) {
    decodedInSoftware.getOrDefault(id, new HashSet<>()).removeAll(gpus);
  }

  /** Whether GPUs may decode a job. */
  boolean decodes(JobId id) {
    return !decodedInSoftware.containsKey(id) && !cramped.contains(id);
  }

  /** It gets one piece at a time from here on: others waited for what it had. */
  void narrow(JobId id) {
    narrow.add(id);
  }

  /** What is planned for GPUs that are all lost is planned anew, for others. */
  void dropLost() {
    Set<String> lost = machine.lost();
    if (!lost.isEmpty()) {
      known.values().removeIf(job -> !job.gpus().isEmpty() && lost.containsAll(job.gpus()));
    }
  }

  /** Has jobs planned that are not, as many as may be at once; tenants take turns. */
  void prepare(List<JobRecord> jobs, Instant now) {
    List<JobRecord> wanted =
        jobs.stream()
            .filter(job -> !known.containsKey(job.id()) && !planning.containsKey(job.id()))
            .filter(job -> !isTooSoon(job, now))
            .toList();
    Optional<String> unsure = machine.unsure();
    if (unsure.isPresent()) {
      // A plan without them would be another one, or none at all.
      List<String> why = List.of("the GPUs are being looked at again: " + unsure.get());
      wanted.forEach(job -> outside.waits().accept(job.id(), why));
      return;
    }
    Map<JobRecord, Integer> turns = Turns.of(wanted, job -> job.submission().tenant(), ofTenants());
    wanted.stream()
        .sorted(
            Comparator.<JobRecord, Urgency>comparing(job -> job.submission().jobClass())
                .thenComparing(turns::get))
        .forEach(job -> prepare(job, now));
  }

  private boolean isTooSoon(JobRecord job, Instant now) {
    Delay delay = delays.get(job.id());
    return delay != null && now.isBefore(delay.until());
  }

  private Map<String, Integer> ofTenants() {
    return planners.values().stream()
        .collect(Collectors.toMap(Function.identity(), _ -> 1, Integer::sum));
  }

  /** What a process before this one learnt of it. */
  private void recall(JobRecord job) {
    if (job.attempts() == 0 || !recalled.add(job.id())) {
      return;
    }
    for (Attempt each : outside.attempts().apply(job.id())) {
      String evidence = each.evidence().orElse("");
      if (evidence.startsWith(Trials.WITH_OTHERS)) {
        isolate(job.id());
      } else if (evidence.startsWith(Trials.UNABLE)) {
        unable(job.id(), each.gpus());
      } else if (evidence.startsWith(Trials.DECODER)) {
        decodeInSoftware(job.id(), each.gpus());
      } else if (tellsOfDevices(each)) {
        failedWithoutDecoder(job.id(), each.gpus());
      }
    }
  }

  /** What ended with the daemon, or was killed by somebody, says nothing of its GPUs. */
  private static boolean tellsOfDevices(Attempt attempt) {
    String evidence = attempt.evidence().orElse("");
    return !evidence.isEmpty()
        && !evidence.startsWith(Trials.KILLED)
        && attempt.outcome().filter("lost"::equals).isEmpty();
  }

  private void prepare(JobRecord job, Instant now) {
    String tenant = job.submission().tenant();
    boolean isUrgent = job.submission().jobClass() != Urgency.BATCH;
    int most = isUrgent ? 2 * AT_ONCE : AT_ONCE;
    boolean isFull = planning.size() >= most;
    if (isFull || ofTenants().getOrDefault(tenant, 0) >= (isUrgent ? most : AT_ONCE_OF_TENANT)) {
      return;
    }
    if (isFull() && !makeRoom(job, now)) {
      return;
    }
    recall(job);
    plan(job, allowed(job));
  }

  /** The plan of the job that goes last goes, if that is another. */
  private boolean makeRoom(JobRecord wanting, Instant now) {
    List<Candidate> all = new ArrayList<>(known.values());
    all.add(
        Candidate.of(
            wanting,
            NOTHING,
            Map.of(),
            List.of(),
            List.of(),
            PIECES,
            /* decodes= */ false,
            /* inSegments= */ false));
    JobId last = last(all, now);
    return !last.equals(wanting.id()) && known.remove(last) != null;
  }

  /** Of all, by what the standard policy takes for overdue. */
  static JobId last(List<Candidate> jobs, Instant now) {
    Comparator<Request> order = Request.order(Policy.STANDARD.patience(), now);
    List<Candidate> ofTenants =
        jobs.stream()
            .sorted(Comparator.comparing((Candidate job) -> job.request(0), order))
            .toList();
    return Turns.of(ofTenants, Candidate::tenant, Map.of()).entrySet().stream()
        .max(
            Comparator.comparing(
                (Map.Entry<Candidate, Integer> each) -> each.getKey().request(each.getValue()),
                order))
        .orElseThrow()
        .getKey()
        .id();
  }

  /**
   * The GPUs that a job may be planned for; none for software. Not those that are lost, that it
   * failed on, or that have no room for it however idle; if none is left of them, those that it
   * failed on once more.
   */
  private List<String> allowed(JobRecord job) {
    Set<String> out = new HashSet<>(machine.lost());
    out.addAll(Optional.ofNullable(refusals.get(job.id())).map(Refusal::gpus).orElse(Set.of()));
    List<String> left = without(out);
    Set<String> failed = new HashSet<>(outside.faulted().apply(job));
    failed.removeAll(decodedInSoftware.getOrDefault(job.id(), Set.of()));
    Set<String> cannot = unable.getOrDefault(job.id(), Set.of());
    if (cannot.size() >= Verdict.DEVICES_TO_BLAME_THE_INPUT) {
      return List.of();
    }
    failed.addAll(cannot);
    List<String> untried = left.stream().filter(key -> !failed.contains(key)).toList();
    return untried.isEmpty() ? left : untried;
  }

  private List<String> without(Set<String> out) {
    return machine.gpus().stream().filter(key -> !out.contains(key)).toList();
  }

  private void plan(JobRecord job, List<String> devices) {
    Optional<Decision> room = measuring(job, devices);
    if (room.isPresent() && room.get() instanceof Decision.Wait wait) {
      delays.put(job.id(), new Delay(0, clock.instant().plus(FIRST_DELAY)));
      outside.waits().accept(job.id(), wait.lines());
      return;
    }
    Place shared = Place.software(job.submission().tenant());
    Setting plain = outside.setting().apply(job).on(devices).decoding(decodes(job.id()));
    Setting setting =
        room.map(each ->
                plain.measuringOn(
                    each instanceof Decision.Admitted admitted
                        ? admitted.placement().gpus()
                        : List.of()))
            .orElse(plain);
    Task task =
        workers.plan(
            alone.contains(job.id()) ? shared.aloneFor(job.id()) : shared,
            job.id(),
            job.submission().spec(),
            setting,
            _ -> {});
    planning.put(job.id(), task);
    planners.put(job.id(), job.submission().tenant());
    outside.waits().accept(job.id(), List.of("its input is being looked at"));
    var _ =
        task.result().thenAccept(result -> outside.mail().accept(() -> ended(job, task, result)));
  }

  /** Where no GPU may be had for it, the processor measures. */
  private Optional<Decision> measuring(JobRecord job, List<String> devices) {
    Optional<Decision> room = outside.measuring().apply(job, devices);
    return !devices.isEmpty() && room.filter(each -> each instanceof Decision.Rejected).isPresent()
        ? outside.measuring().apply(job, List.of())
        : room;
  }

  private void ended(JobRecord job, Task task, Result result) {
    Instant now = clock.instant();
    if (alone.contains(job.id())) {
      workers.drain(Place.software(job.submission().tenant()).aloneFor(job.id()));
    }
    if (planning.remove(job.id(), task)) {
      planners.remove(job.id());
      outside.released().accept(job.id());
    }
    switch (result) {
      case Result.Planned(FromWorker.Planned planned) -> keep(job, planned);
      case Result.Refused(List<Failure> reasons) -> refused(job, reasons.getFirst(), now);
      case Result.Failed(Failure failure) when failure.retry() == Failure.Retry.NEVER ->
          outside.failed().accept(job, failure);
      case Result.Failed(Failure failure) -> putOff(job, failure, Verdict.MOST_TRIES, now);
      case Result.Lost lost -> lost(job, lost, now);
      case Result.Cancelled _, Result.Yielded _, Result.Done _ -> {}
    }
  }

  private void lost(JobRecord job, Result.Lost lost, Instant now) {
    switch (lost.blame()) {
      case NONE -> {}
      case SHARED -> alone.add(job.id());
      case SOLE -> putOff(job, lost.failure(), Verdict.MOST_TRIES, now);
      case KILLED -> putOff(job, lost.failure(), Verdict.MOST_KILLED, now);
    }
  }

  private void keep(JobRecord job, FromWorker.Planned planned) {
    outside.planned().accept(job.id(), planned);
    try {
      Candidate one = candidate(job, planned, PIECES);
      int most = most(planned.planned().plan());
      boolean mayBeWide = most > PIECES && !narrow.contains(job.id());
      known.put(job.id(), mayBeWide ? one.orWide(candidate(job, planned, most)) : one);
      delays.remove(job.id());
    } catch (RuntimeException e) {
      outside.failed().accept(job, bug(job, e));
    }
  }

  private Candidate candidate(JobRecord job, FromWorker.Planned planned, int pieces) {
    Plan plan = planned.planned().plan();
    List<String> gpus = gpus(plan);
    Demand usual = demand(job, planned, gpus.stream().findFirst(), pieces);
    Map<String, Demand> unlike = new HashMap<>();
    for (String gpu : gpus) {
      Demand own = demand(job, planned, Optional.of(gpu), pieces);
      if (!own.equals(usual)) {
        unlike.put(gpu, own);
      }
    }
    return Candidate.of(
        job,
        usual,
        unlike,
        parts(planned, gpus, pieces),
        gpus,
        pieces,
        plan.acceleration().map(Plan.Acceleration::decoding).orElse(false),
        plan.segmentation().isPresent());
  }

  /** Pieces that keep the GPU with the fewest engines busy, as any of them may get the job. */
  private static int most(Plan plan) {
    int segments = plan.segmentation().map(cut -> cut.segments().size()).orElse(PIECES);
    return plan.acceleration().stream()
        .flatMap(all -> all.seats().stream())
        .mapToInt(seat -> Math.min(seat.engines(), segments))
        .min()
        .orElse(PIECES);
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

  /** Where GPUs were left out, that may be why. */
  private void refused(JobRecord job, Failure reason, Instant now) {
    Refusal refusal = refusals.get(job.id());
    if (refusal != null) {
      outside.failed().accept(job, tooLarge(job, refusal.lines()));
    } else if (!machine.lost().isEmpty()) {
      wait(job, "waits for a GPU that is lost: " + reason.diagnosis().line(), now);
    } else if (unable.remove(job.id()) == null) {
      outside.failed().accept(job, reason);
    }
  }

  private void wait(JobRecord job, String why, Instant now) {
    delays.put(job.id(), new Delay(0, now.plus(FIRST_DELAY)));
    outside.waits().accept(job.id(), List.of(why));
  }

  /** Looked at again later, a few times. */
  private void putOff(JobRecord job, Failure failure, int most, Instant now) {
    Delay before = delays.getOrDefault(job.id(), new Delay(0, now));
    int times = before.times() + 1;
    if (times >= most) {
      outside.failed().accept(job, failure);
      return;
    }
    delays.put(job.id(), new Delay(times, now.plus(Verdict.delay(times, Verdict.FIRST_DELAY))));
    outside
        .waits()
        .accept(job.id(), List.of("is looked at again soon: " + failure.diagnosis().line()));
  }

  /**
   * There is no room for it where it was planned for, however idle: it is planned for the same
   * without their decoders, then for what else there is, and fails when there is nothing.
   */
  void rejected(JobRecord job, Candidate candidate, Decision.Rejected rejected) {
    Refusal before = refusals.getOrDefault(job.id(), new Refusal(Set.of(), List.of()));
    List<String> lines = new ArrayList<>(before.lines());
    lines.addAll(rejected.lines());
    if (candidate.decodes() && isOfDecoders(rejected) && cramped.add(job.id())) {
      refusals.put(job.id(), new Refusal(before.gpus(), List.copyOf(lines)));
      known.remove(job.id());
      return;
    }
    boolean isNews = !candidate.gpus().isEmpty() && !before.gpus().containsAll(candidate.gpus());
    if (!isNews) {
      outside.failed().accept(job, tooLarge(job, lines));
      return;
    }
    Set<String> gpus = new HashSet<>(before.gpus());
    gpus.addAll(candidate.gpus());
    refusals.put(job.id(), new Refusal(Set.copyOf(gpus), List.copyOf(lines)));
    // Others may have more of them.
    cramped.remove(job.id());
    known.remove(job.id());
  }

  /** Pictures that a GPU decodes lie in its memory as well. */
  private static boolean isOfDecoders(Decision.Rejected rejected) {
    return rejected.reasons().stream()
        .flatMap(reason -> reason.dimension().stream())
        .anyMatch(what -> what == Dimension.DECODER || what == Dimension.MEMORY);
  }

  private static Failure tooLarge(JobRecord job, List<String> lines) {
    return new Failure.OutOfResource(
        new Diagnosis(
            "job " + job.id(),
            Stage.PLAN,
            "does not fit on this machine, however idle",
            String.join("; ", lines.stream().distinct().toList()),
            "ask for less, such as fewer rungs, or raise the limits of the node"));
  }

  private static List<String> gpus(Plan plan) {
    return plan.acceleration()
        .map(all -> all.seats().stream().map(Plan.Seat::key).toList())
        .orElse(List.of());
  }

  private List<CostModel.Part> parts(FromWorker.Planned planned, List<String> gpus, int pieces) {
    Plan plan = planned.planned().plan();
    return machine
        .costs(gpus.stream().findFirst())
        .parts(plan, Footage.of(plan, planned.input()), pieces);
  }

  private Demand demand(
      JobRecord job, FromWorker.Planned planned, Optional<String> gpu, int pieces) {
    Plan plan = planned.planned().plan();
    CostModel costs = machine.costs(gpu);
    Pace pace =
        job.submission().jobClass() == Urgency.LIVE
            ? new Pace.RealTime(1)
            : new Pace.AsFastAsPossible();
    return costs.demand(plan, Footage.of(plan, planned.input()), pace, pieces);
  }
}
