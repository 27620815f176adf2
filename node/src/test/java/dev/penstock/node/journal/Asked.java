package dev.penstock.node.journal;

import dev.penstock.model.Failure;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.Submission;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Submissions, states and queries as tests want them. */
public final class Asked {
  static final Failure FAILURE =
      new Failure.DeviceLost(new Failure.Diagnosis("gpu", Stage.ENCODE, "lost", "Xid 79", "wait"));
  public static final JobQuery ALL =
      new JobQuery(
          Optional.empty(),
          Set.of(),
          Optional.empty(),
          Map.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          1000);

  private Asked() {}

  /** As it stands in a list. */
  static JobRecord listed(JobRecord job) {
    Submission asked = job.submission();
    return new JobRecord(
        job.id(),
        new Submission(
            asked.tenant(),
            asked.spec().getBytes(StandardCharsets.UTF_8).length > 8192 ? "" : asked.spec(),
            asked.jobClass(),
            asked.priority(),
            asked.deadline(),
            asked.labels(),
            asked.key(),
            asked.after(),
            asked.webhook()),
        job.state(),
        job.attempts(),
        job.submitted(),
        job.changed(),
        job.sequence(),
        job.report().map(_ -> ""));
  }

  static List<JobRecord> listed(Collection<JobRecord> jobs) {
    return jobs.stream().map(Asked::listed).toList();
  }

  static Submission job(String spec) {
    return job("a", spec);
  }

  /** Of a tenant, with nothing else said of it. */
  public static Submission job(String tenant, String spec) {
    return asked(tenant, spec, Optional.empty(), List.of());
  }

  public static Submission job(
      String spec, Urgency jobClass, int priority, Optional<Instant> deadline) {
    return new Submission(
        "a",
        spec,
        jobClass,
        priority,
        deadline,
        Map.of(),
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  static Submission keyed(String tenant, String spec, String key) {
    return asked(tenant, spec, Optional.of(key), List.of());
  }

  static Submission labelled(String tenant, String spec, Map<String, String> labels) {
    return new Submission(
        tenant,
        spec,
        Urgency.BATCH,
        50,
        Optional.empty(),
        labels,
        Optional.empty(),
        List.of(),
        Optional.empty());
  }

  static Submission after(JobId... ids) {
    return asked("a", "{}", Optional.empty(), List.of(ids));
  }

  private static Submission asked(
      String tenant, String spec, Optional<String> key, List<JobId> after) {
    return new Submission(
        tenant, spec, Urgency.BATCH, 50, Optional.empty(), Map.of(), key, after, Optional.empty());
  }

  static Submission full(String tenant, Urgency jobClass, Map<String, String> labels) {
    return new Submission(
        tenant,
        "{\"input\": \"ü.mp4\"}",
        jobClass,
        7,
        Optional.of(Instant.parse("2026-03-01T13:00:00.123456Z")),
        labels,
        Optional.empty(),
        List.of(),
        Optional.of(URI.create("http://127.0.0.1/hook")));
  }

  static JobQuery labelled(Map<String, String> labels, int limit, Optional<JobId> before) {
    return new JobQuery(
        Optional.empty(),
        Set.of(),
        Optional.empty(),
        labels,
        List.of(),
        Optional.empty(),
        before,
        limit);
  }

  static JobQuery query(
      Optional<String> tenant,
      Set<String> states,
      Optional<Urgency> jobClass,
      int limit,
      Optional<JobId> before) {
    return new JobQuery(
        tenant, states, jobClass, Map.of(), List.of(), Optional.empty(), before, limit);
  }

  /** The same of those with these words. */
  static JobQuery worded(JobQuery query, String... words) {
    return new JobQuery(
        query.tenant(),
        query.states(),
        query.jobClass(),
        query.labels(),
        List.of(words),
        query.since(),
        query.before(),
        query.limit());
  }

  /** The same from another page on. */
  static JobQuery before(JobQuery query, Optional<JobId> before) {
    return new JobQuery(
        query.tenant(),
        query.states(),
        query.jobClass(),
        query.labels(),
        query.words(),
        query.since(),
        before,
        query.limit());
  }

  static JobState.Running running(JobRecord job) {
    return new JobState.Running(
        job.attempts() + 1, "w1", List.of("GPU-1"), Instant.parse("2026-03-01T12:00:00.5Z"));
  }

  /** One of each kind, as it could follow the job's. */
  static List<JobState> states(JobRecord job) {
    return List.of(
        new JobState.Waiting(List.of(job.id())),
        new JobState.Queued(),
        running(job),
        new JobState.Cancelling(job.attempts(), "w1", List.of("GPU-1"), "me"),
        new JobState.Backoff(job.attempts(), Instant.parse("2026-03-01T12:10:00Z"), FAILURE),
        new JobState.Done(),
        new JobState.Failed(FAILURE),
        new JobState.Cancelled("me"),
        new JobState.Quarantined(FAILURE, List.of("GPU-1: Xid 79", "GPU-2: Xid 79")));
  }
}
