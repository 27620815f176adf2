package dev.penstock.cli;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.ResultCache;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Job;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.Progress;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.node.JobId;
import dev.penstock.node.http.Roots;
import dev.penstock.node.text.MistakenException;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.FromWorker.Phase;
import dev.penstock.node.worker.Setting;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * One job in a worker, planned or done with the same flow as {@code penstock run}. Says exactly
 * once how it ended.
 */
final class WorkerTask {
  private static final String NAME = "the job";

  private final long number;
  private final JobId job;
  private final String spec;
  private final Setting setting;
  private final Consumer<FromWorker> out;
  private final Cancellation cancellation = new Cancellation();
  private volatile boolean stopped;

  /**
   * @param out gets what there is to say, on any thread
   */
  WorkerTask(long number, JobId job, String spec, Setting setting, Consumer<FromWorker> out) {
    this.number = number;
    this.job = job;
    this.spec = spec;
    this.setting = setting;
    this.out = out;
  }

  long number() {
    return number;
  }

  JobId job() {
    return job;
  }

  /** It is not wanted any more. */
  void cancel() {
    stopped = true;
    cancellation.cancel();
  }

  /** Others go first. */
  void giveWay() {
    cancellation.giveWay();
  }

  /** The process has to end: the job gives way to that at once. */
  void abandon() {
    cancellation.cancel();
  }

  void plan() {
    out.accept(ending(() -> planned(wanted().job())));
  }

  void execute() {
    out.accept(ending(() -> done(wanted())));
  }

  @SuppressWarnings("CatchThrowable") // whatever it is, it ends this job and no other
  private FromWorker ending(Supplier<FromWorker> work) {
    try {
      tell(Phase.OPENING, Optional.empty());
      return work.get();
    } catch (Throwable e) {
      return cancellation.isCancelled() ? interrupted(Optional.empty()) : failed(e);
    }
  }

  private JobFile.Wanted wanted() {
    JobFile.Wanted wanted =
        JobFile.parse(NAME, spec.getBytes(StandardCharsets.UTF_8), setting.folder());
    if (wanted.job().input().equals("-") || target(wanted.job()).equals("-")) {
      throw new UsageException(
          "-", "names a pipe, and a job of the daemon has none", "name a file or a URL");
    }
    return setting.roots().map(roots -> within(roots, wanted)).orElse(wanted);
  }

  /** By what its paths lead to now: a link may have been changed since it was submitted. */
  private static JobFile.Wanted within(Roots roots, JobFile.Wanted wanted) {
    Job job = wanted.job();
    String input = roots.toRead(job.input()).map(Path::toString).orElse(job.input());
    String target = roots.toWrite(target(job)).toString();
    return new JobFile.Wanted(job.withPlaces(input, target), wanted.key(), wanted.keySource());
  }

  private static String target(Job job) {
    return switch (job) {
      case JobSpec transcode -> transcode.output();
      case LadderSpec ladder -> ladder.folder();
    };
  }

  private FromWorker planned(Job wanted) {
    Flow flow = flow(Optional.empty());
    try (Input input = flow.open(wanted)) {
      Optional<Planning.Planned> plan = flow.plan(wanted, input, setting.work());
      return plan.<FromWorker>map(planned ->
              new FromWorker.Planned(
                  number,
                  planned,
                  input.info(),
                  Json.line(planned),
                  Secrets.hidden(PlanText.of(planned))))
          .orElseGet(() -> interrupted(Optional.empty()));
    }
  }

  private FromWorker done(JobFile.Wanted wanted) {
    Job wish = wanted.job();
    Optional<FromWorker.Done> before = doneBefore(wish);
    if (before.isPresent()) {
      return before.get();
    }
    if (wish instanceof JobSpec) {
      TranscodeCommand.checkFree(target(wish), setting.overwrite());
    }
    Engine.Options options = options();
    Outcome outcome =
        flow(cache())
            .execute(
                wish, wanted.key().map(options::withKey).orElse(options), this::onGpusIfSoPlanned);
    return switch (outcome) {
      case Outcome.Done(Report report) -> done(report);
      case Outcome.Failed(Failure failure) -> new FromWorker.Failed(number, hidden(failure));
      case Outcome.Uncuttable(String why) ->
          throw new IllegalStateException("cut although told not to: " + why);
      case Outcome.Cancelled(Optional<String> kept) -> interrupted(kept);
    };
  }

  private FromWorker.Done done(Report report) {
    return new FromWorker.Done(
        number,
        Json.line(new Json.ToldReport(Version.current(), ReportText.of(report), report)),
        report.plan().outputs().stream().map(output -> output.path()).toList());
  }

  /** It was done, and what did it ended before that was known. */
  private Optional<FromWorker.Done> doneBefore(Job wish) {
    return setting
        .work()
        .flatMap(work -> Published.find(work, Path.of(target(wish))))
        .map(found -> new FromWorker.Done(number, found.report(), found.outputs()));
  }

  /**
   * What has GPUs for it is not done in software instead: the daemon has others, which make the
   * same of it.
   */
  private Planning.Planned onGpusIfSoPlanned(Planning.Planned planned) {
    boolean isOnGpus = setting.devices().filter(keys -> !keys.isEmpty()).isPresent();
    return isOnGpus && planned.plan().acceleration().isPresent()
        ? new Planning.Planned(
            planned.plan(),
            planned.receipt(),
            planned.fallbacks().stream()
                .filter(way -> planned.plan().encodesLike(way.plan()))
                .toList())
        : planned;
  }

  private FromWorker interrupted(Optional<String> kept) {
    return stopped ? new FromWorker.Cancelled(number, kept) : new FromWorker.Yielded(number, kept);
  }

  private Flow flow(Optional<ResultCache> cache) {
    return new Flow(
        new Input.Options(setting.timeout(), this::log),
        cancellation,
        done -> tell(Phase.MEASURING, Optional.of(measured(done))),
        cache,
        this::gpus,
        device ->
            setting.measuring().map(keys -> keys.contains(device.identity().key())).orElse(true));
  }

  private Gpus gpus() {
    Optional<List<String>> allowed = setting.devices();
    if (allowed.isPresent() && allowed.get().isEmpty()) {
      return new Gpus(List.of(), List.of());
    }
    Gpus all =
        setting
            .machine()
            .map(told -> new Gpus(told.devices(), told.loads()))
            .orElseGet(this::found);
    List<Device> usable =
        all.devices().stream()
            .filter(
                device -> allowed.map(keys -> keys.contains(device.identity().key())).orElse(true))
            .map(device -> setting.decoding() ? device : device.withoutDecoders())
            .toList();
    return new Gpus(usable, all.loads());
  }

  private Gpus found() {
    return Gpus.ofThisMachine(
            line -> out.accept(new FromWorker.Event(number, Secrets.hidden(line))))
        .get();
  }

  private Optional<ResultCache> cache() {
    return setting
        .cache()
        .map(folder ->
            ResultCache.in(
                folder, setting.cacheBytes(), Version.current(), InstantSource.system()));
  }

  private Engine.Options options() {
    Engine.Options plain =
        new Engine.Options(
            setting.overwrite(),
            setting.lanes(),
            setting.work(),
            setting.verify(),
            this::progress,
            this::log);
    Engine.Options telling =
        setting
            .work()
            .map(work ->
                plain.withPublishing(
                    (report, written) -> Published.write(work, written, done(report))))
            .orElse(plain)
            .withPieces(step -> out.accept(new FromWorker.Piece(number, step)))
            .withCoded(stretch -> out.accept(new FromWorker.Coded(number, stretch)));
    Engine.Options patient = setting.patience().map(telling::withPatience).orElse(telling);
    return Folders.stateOfMachine(System.getenv())
        .map(Engine.Sessions::in)
        .map(patient::withSessions)
        .orElse(patient);
  }

  private void progress(Progress progress) {
    Phase phase =
        progress.stage().filter(stage -> stage == Stage.FINISH).isPresent()
            ? Phase.FINISHING
            : Phase.ENCODING;
    tell(phase, Optional.of(progress));
  }

  private static Progress measured(double done) {
    return new Progress(
        OptionalDouble.of(done), 0, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0, Optional.empty());
  }

  private void tell(Phase phase, Optional<Progress> progress) {
    out.accept(new FromWorker.Progress(number, phase, progress));
  }

  /** To the log of the worker. */
  private void log(String line) {
    System.err.println(job + " " + Secrets.hidden(Terminal.oneLine(line.stripTrailing())));
  }

  private FromWorker failed(Throwable thrown) {
    return switch (thrown) {
      case RefusedException e ->
          new FromWorker.Refused(number, e.reasons().stream().map(WorkerTask::hidden).toList());
      case FailureException e -> new FromWorker.Failed(number, hidden(e.failure()));
      default -> complained(thrown);
    };
  }

  /** What the command line would have said. */
  private FromWorker complained(Throwable thrown) {
    List<Failure> failures =
        Complaint.of(thrown, List.of(job.value())).stream()
            .map(WorkerTask::failure)
            .map(WorkerTask::hidden)
            .toList();
    return thrown instanceof MistakenException
        ? new FromWorker.Refused(number, failures)
        : new FromWorker.Failed(number, failures.getFirst());
  }

  private static Failure failure(Complaint complaint) {
    Diagnosis diagnosis =
        new Diagnosis(
            complaint.subject(),
            complaint.exitCode() == ExitCode.USAGE ? Stage.PLAN : Stage.FINISH,
            complaint.problem(),
            complaint.cause().orElse(complaint.details().orElse("")),
            complaint.next().orElse(""));
    return switch (complaint.exitCode()) {
      case USAGE -> new Failure.BadRequest(diagnosis);
      case BAD_INPUT -> new Failure.BadInput(diagnosis);
      case UNSUPPORTED -> new Failure.Unsupported(diagnosis);
      case HOST -> new Failure.HostMisconfigured(diagnosis);
      case RESOURCES -> new Failure.OutOfResource(diagnosis);
      case BUG, DONE, FAILED, WRONG_OUTPUT, INTERRUPTED -> new Failure.Bug(diagnosis);
    };
  }

  private static Failure hidden(Failure failure) {
    Diagnosis open = failure.diagnosis();
    Diagnosis diagnosis =
        new Diagnosis(
            Secrets.hidden(open.subject()),
            open.stage(),
            Secrets.hidden(open.problem()),
            Secrets.hidden(open.likelyCause()),
            Secrets.hidden(open.nextStep()));
    return switch (failure) {
      case Failure.BadRequest _ -> new Failure.BadRequest(diagnosis);
      case Failure.BadInput _ -> new Failure.BadInput(diagnosis);
      case Failure.Unsupported _ -> new Failure.Unsupported(diagnosis);
      case Failure.DeviceLost _ -> new Failure.DeviceLost(diagnosis);
      case Failure.OutOfResource _ -> new Failure.OutOfResource(diagnosis);
      case Failure.HostMisconfigured _ -> new Failure.HostMisconfigured(diagnosis);
      case Failure.WrongOutput(Diagnosis _, Report report) ->
          new Failure.WrongOutput(diagnosis, report);
      case Failure.Bug _ -> new Failure.Bug(diagnosis);
    };
  }
}
