package dev.penstock.node;

import dev.penstock.model.Failure;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.SpecCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What clients are told of jobs. Any thread. */
final class JobViews implements JobDetails {
  private static final List<String> OPENED =
      List.of(
          ".m3u8", ".mpd", ".mp4", ".m4v", ".mov", ".webm", ".mkv", ".ts", ".m4a", ".jpg", ".png");

  private final Transcode transcode;
  private final Chronicle chronicle;
  private final SpecCheck specs;

  JobViews(Transcode transcode, Chronicle chronicle, SpecCheck specs) {
    this.transcode = transcode;
    this.chronicle = chronicle;
    this.specs = specs;
  }

  @Override
  public Optional<Progress> progress(JobId id) {
    return chronicle.progress(id);
  }

  @Override
  public List<Running> running() {
    return chronicle.running();
  }

  @Override
  public Optional<Plan> plan(JobId id) {
    return chronicle.tale(id).plan();
  }

  @Override
  public List<Segment> timeline(JobId id) {
    return chronicle.tale(id).segments();
  }

  @Override
  public Quality quality(JobRecord job) {
    return QualityView.of(
        chronicle.tale(job.id()).coding().map(Tale.Coding::stretches).orElse(List.of()),
        job.state());
  }

  @Override
  public List<Line> log(JobId id) {
    return chronicle.tale(id).lines();
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
    Optional<String> held = transcode.held();
    if (held.isPresent()) {
      return new Why(
          "waits, as the node is short of room", List.of(new Reason("disk", held.get())));
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
    // While it runs, segments lie in a form of our own, which nobody plays.
    return outputs(job).stream()
        .filter(each -> isOpened(each.name()))
        .sorted(Comparator.comparing(each -> !isMaster(each.name())))
        .toList();
  }

  /** Whether a player begins with it: what a playlist names is no preview of its own. */
  private static boolean isOpened(String name) {
    return OPENED.stream().anyMatch(name.toLowerCase(Locale.ROOT)::endsWith) && !name.contains("/");
  }

  private static boolean isMaster(String name) {
    return name.startsWith("master.") || name.endsWith(".mpd");
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
}
