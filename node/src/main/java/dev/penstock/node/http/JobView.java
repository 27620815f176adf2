package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.text.UrlUsers;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A job as clients see it; the schema {@code Job} says what each field is.
 *
 * @param state {@code waiting}, {@code queued}, {@code running}, {@code cancelling}, {@code
 *     backoff}, {@code done}, {@code failed}, {@code cancelled} or {@code quarantined}
 */
public record JobView(
    String id,
    String tenant,
    String state,
    @JsonProperty("class") Urgency jobClass,
    int priority,
    Optional<Instant> deadline,
    Map<String, String> labels,
    Optional<String> key,
    List<String> after,
    Optional<URI> webhook,
    int attempts,
    Instant submitted,
    Instant changed,
    long sequence,
    List<String> waitingFor,
    Optional<String> worker,
    List<String> gpus,
    Optional<Instant> since,
    Optional<Instant> until,
    Optional<String> by,
    Optional<FailureView> failure,
    List<String> evidence,
    boolean hasReport,
    Optional<JobDetails.Progress> progress,
    Optional<JsonNode> spec,
    Optional<String> input,
    Optional<String> output) {

  /** A {@link Failure} as clients see it. */
  public record FailureView(
      String type,
      String subject,
      String stage,
      String problem,
      String cause,
      String next,
      String retry) {
    static FailureView of(Failure failure) {
      Failure.Diagnosis diagnosis = failure.diagnosis();
      return new FailureView(
          FailureText.label(failure),
          diagnosis.subject(),
          diagnosis.stage().label(),
          diagnosis.problem(),
          diagnosis.likelyCause(),
          diagnosis.nextStep(),
          FailureText.retry(failure.retry()));
    }

    public Failure toFailure() {
      return FailureText.failure(
          type,
          new Failure.Diagnosis(
              subject, FailureText.stage(stage, Stage.FINISH), problem, cause, next));
    }
  }

  /** What depends on the state. */
  private record At(
      List<String> waitingFor,
      Optional<String> worker,
      List<String> gpus,
      Optional<Instant> since,
      Optional<Instant> until,
      Optional<String> by,
      Optional<Failure> failure,
      List<String> evidence) {
    private static final At NOTHING =
        new At(
            List.of(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    static At of(JobState state) {
      return switch (state) {
        case JobState.Waiting(var on) ->
            NOTHING.waiting(on.stream().map(Object::toString).toList());
        case JobState.Queued _, JobState.Done _ -> NOTHING;
        case JobState.Running(_, var worker, var gpus, var since) ->
            NOTHING.with(worker, gpus, Optional.of(since), Optional.empty());
        case JobState.Cancelling(_, var worker, var gpus, var by) ->
            NOTHING.with(worker, gpus, Optional.empty(), Optional.of(by));
        case JobState.Backoff(_, var until, var last) ->
            NOTHING.failed(last, Optional.of(until), List.of());
        case JobState.Failed(var failure) -> NOTHING.failed(failure, Optional.empty(), List.of());
        case JobState.Cancelled(var by) -> NOTHING.by(by);
        case JobState.Quarantined(var failure, var evidence) ->
            NOTHING.failed(failure, Optional.empty(), evidence);
      };
    }

    private At waiting(List<String> on) {
      return new At(on, worker, gpus, since, until, by, failure, evidence);
    }

    private At with(
        String atWork, List<String> leased, Optional<Instant> from, Optional<String> ender) {
      return new At(waitingFor, Optional.of(atWork), leased, from, until, ender, failure, evidence);
    }

    private At by(String ender) {
      return new At(waitingFor, worker, gpus, since, until, Optional.of(ender), failure, evidence);
    }

    private At failed(Failure why, Optional<Instant> again, List<String> shown) {
      return new At(waitingFor, worker, gpus, since, again, by, Optional.of(why), shown);
    }
  }

  /** As it stands in a list. */
  static JobView brief(JobRecord job) {
    return view(job, Optional.empty(), Optional.empty());
  }

  /** As it is shown alone; passwords in URLs of its spec are left out. */
  static JobView full(JobRecord job, Optional<JobDetails.Progress> progress) {
    return view(job, progress, Optional.of(spec(job)));
  }

  private static JsonNode spec(JobRecord job) {
    return Wire.tree(UrlUsers.hidden(job.submission().spec(), "***@"));
  }

  /** What stands under that name in the one kind of job that a spec holds. */
  private static Optional<String> named(JsonNode spec, String name) {
    return spec.valueStream()
        .map(kind -> kind.path(name))
        .filter(JsonNode::isString)
        .map(JsonNode::stringValue)
        .findFirst();
  }

  /** As those see it who are told of it elsewhere: without its spec. */
  public static JsonNode outward(JobRecord job) {
    return Wire.JSON.valueToTree(brief(job));
  }

  private static JobView view(
      JobRecord job, Optional<JobDetails.Progress> progress, Optional<JsonNode> spec) {
    var asked = job.submission();
    At at = At.of(job.state());
    JsonNode known = spec.orElseGet(() -> spec(job));
    return new JobView(
        job.id().value(),
        asked.tenant(),
        job.state().label(),
        asked.jobClass(),
        asked.priority(),
        asked.deadline(),
        asked.labels(),
        asked.key(),
        asked.after().stream().map(Object::toString).toList(),
        asked.webhook(),
        job.attempts(),
        job.submitted(),
        job.changed(),
        job.sequence(),
        at.waitingFor(),
        at.worker(),
        at.gpus(),
        at.since(),
        at.until(),
        at.by(),
        at.failure().map(FailureView::of),
        at.evidence(),
        job.report().isPresent(),
        progress,
        spec,
        named(known, "input"),
        named(known, "output"));
  }

  /** Whether nothing more happens unless it is asked for again. */
  public boolean hasEnded() {
    return switch (state) {
      case "done", "failed", "cancelled", "quarantined" -> true;
      default -> false;
    };
  }
}
