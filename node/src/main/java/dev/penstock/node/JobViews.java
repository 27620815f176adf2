package dev.penstock.node;

import dev.penstock.model.Failure;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.worker.FromWorker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What clients are told of jobs. Any thread. */
final class JobViews implements JobDetails {
  private final Transcode transcode;
  private final SpecCheck specs;
  private final InstantSource clock;

  JobViews(Transcode transcode, SpecCheck specs, InstantSource clock) {
    this.transcode = transcode;
    this.specs = specs;
    this.clock = clock;
  }

  @Override
  public Optional<Progress> progress(JobId id) {
    return transcode.progress(id).map(said -> shown(said, clock.instant()));
  }

  @Override
  public List<Running> running() {
    return List.of();
  }

  @Override
  public Optional<Plan> plan(JobId id) {
    return Optional.empty();
  }

  @Override
  public List<Segment> timeline(JobId id) {
    return List.of();
  }

  @Override
  public Quality quality(JobRecord job) {
    return new Quality(Optional.empty(), Optional.of("the job did not measure it"), List.of());
  }

  @Override
  public List<Line> log(JobId id) {
    return List.of();
  }

  @Override
  public Why why(JobRecord job) {
    return switch (job.state()) {
      case JobState.Waiting(List<JobId> on) ->
          new Why(
              "waits for other jobs",
              on.stream().map(each -> new Reason("job " + each, "is not done yet")).toList());
      case JobState.Queued _ -> queued(job);
      case JobState.Running running ->
          new Why(
              "runs since " + running.since() + " in worker " + running.worker(),
              running.gpus().stream().map(gpu -> new Reason(gpu, "encodes it")).toList());
      case JobState.Cancelling cancelling ->
          new Why("is being ended, as " + cancelling.by() + " asked", List.of());
      case JobState.Backoff backoff ->
          new Why("is tried again at " + backoff.until(), List.of(reason(backoff.last())));
      case JobState.Done _ -> new Why("is done", List.of());
      case JobState.Failed(Failure failure) -> new Why("failed", List.of(reason(failure)));
      case JobState.Cancelled cancelled -> new Why("was cancelled by " + cancelled.by(), List.of());
      case JobState.Quarantined(Failure failure, List<String> evidence) -> {
        List<Reason> reasons = new ArrayList<>(List.of(reason(failure)));
        evidence.forEach(line -> reasons.add(new Reason("evidence", line)));
        yield new Why("was set aside, as its input brought several devices down", reasons);
      }
    };
  }

  private Why queued(JobRecord job) {
    if (transcode.isDraining()) {
      return new Why("waits, as the node is drained", List.of());
    }
    List<Reason> reasons =
        transcode.why(job.id()).stream().map(line -> new Reason("admission", line)).toList();
    return new Why(reasons.isEmpty() ? "is next" : "waits for room", reasons);
  }

  private static Reason reason(Failure failure) {
    return new Reason(failure.diagnosis().subject(), failure.diagnosis().line());
  }

  @Override
  public List<JobFile> outputs(JobRecord job) {
    return job.state() instanceof JobState.Done
        ? switch (specs.check(job.submission().spec())) {
          case SpecCheck.Checked checked ->
              checked.writes().stream().map(Path::of).flatMap(JobViews::files).toList();
          case SpecCheck.Mistaken _ -> List.of();
        }
        : List.of();
  }

  @Override
  public List<JobFile> previews(JobRecord job) {
    return List.of();
  }

  private static Stream<JobFile> files(Path output) {
    if (!Files.isDirectory(output)) {
      return Stream.of(new JobFile(output.getFileName().toString(), output));
    }
    try (Stream<Path> all = Files.walk(output)) {
      return all
          .filter(Files::isRegularFile)
          .sorted()
          .map(file -> new JobFile(output.relativize(file).toString(), file))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * When it is done follows from how far it came in the time since it began; half as much again.
   */
  private static Progress shown(FromWorker.Progress said, Instant now) {
    Optional<dev.penstock.model.Progress> known = said.progress();
    double done = known.flatMap(each -> boxed(each.done())).orElse(0.0);
    Optional<Duration> left =
        known.filter(_ -> done > 0).map(each -> scaled(each.elapsed(), (1 - done) / done));
    return new Progress(
        Phase.valueOf(said.phase().name()),
        done,
        known.map(dev.penstock.model.Progress::speed),
        known.map(dev.penstock.model.Progress::framesPerSecond),
        left.map(now::plus),
        left.map(each -> now.plus(scaled(each, 1.5))),
        known
            .flatMap(dev.penstock.model.Progress::segments)
            .map(each -> new Segments(each.done(), each.all())),
        List.of(),
        known.flatMap(dev.penstock.model.Progress::waiting),
        known.map(dev.penstock.model.Progress::warnings).orElse(List.of()));
  }

  private static Optional<Double> boxed(java.util.OptionalDouble value) {
    return value.isPresent() ? Optional.of(value.getAsDouble()) : Optional.empty();
  }

  private static Duration scaled(Duration time, double by) {
    return Duration.ofMillis(Math.round(time.toMillis() * by));
  }
}
