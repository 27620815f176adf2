package dev.penstock.node.http;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.Jobs;
import dev.penstock.node.Submission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Keeps jobs as a journal would, without a disk. */
final class JobsInMemory implements Jobs {
  private final TreeMap<JobId, JobRecord> jobs = new TreeMap<>();
  private final Map<String, JobId> keys = new LinkedHashMap<>();
  private final List<JobEvent> events = new ArrayList<>();
  private final List<Consumer<JobEvent>> listeners = new CopyOnWriteArrayList<>();
  private int count;

  static JobId id(int number) {
    return new JobId(String.format("01K%023d", number));
  }

  @Override
  public synchronized Accepted submit(Submission submission) {
    Optional<String> key = submission.key().map(each -> submission.tenant() + " " + each);
    if (key.isPresent() && keys.containsKey(key.get())) {
      JobRecord known = jobs.get(keys.get(key.get()));
      if (!known.submission().spec().equals(submission.spec())) {
        throw refused("key " + key.get(), "was used for another job");
      }
      return new Accepted(known, false);
    }
    JobId id = id(++count);
    key.ifPresent(each -> keys.put(each, id));
    JobRecord job =
        new JobRecord(
            id,
            submission,
            new JobState.Queued(),
            0,
            Instant.EPOCH,
            Instant.EPOCH,
            0,
            Optional.empty());
    jobs.put(id, job);
    return new Accepted(move(id, new JobState.Queued(), Optional.empty()), true);
  }

  synchronized JobRecord move(JobId id, JobState state, Optional<String> report) {
    JobRecord was = jobs.get(id);
    JobEvent event =
        tell("job." + state.label(), Optional.of(id), Optional.of(was.submission().tenant()));
    JobRecord now =
        new JobRecord(
            id,
            was.submission(),
            state,
            was.attempts() + (state instanceof JobState.Running ? 1 : 0),
            was.submitted(),
            event.at(),
            event.sequence(),
            report.or(was::report));
    jobs.put(id, now);
    return now;
  }

  JobEvent tell(String kind, Optional<JobId> job, Optional<String> tenant) {
    return tell(kind, job, tenant, "{\"text\":\"a\\nb\"}");
  }

  synchronized JobEvent tell(
      String kind, Optional<JobId> job, Optional<String> tenant, String data) {
    JobEvent event = new JobEvent(events.size() + 1L, Instant.EPOCH, kind, job, tenant, data);
    events.add(event);
    listeners.forEach(each -> each.accept(event));
    return event;
  }

  @Override
  public synchronized Optional<JobRecord> find(JobId id) {
    return Optional.ofNullable(jobs.get(id));
  }

  synchronized List<JobRecord> all() {
    return List.copyOf(jobs.values());
  }

  @Override
  public synchronized Page list(JobQuery query) {
    List<JobRecord> found =
        jobs.descendingMap().values().stream()
            .filter(job ->
                query.tenant().isEmpty() || query.tenant().get().equals(job.submission().tenant()))
            .filter(job -> query.states().isEmpty() || query.states().contains(job.state().label()))
            .filter(job ->
                query.jobClass().isEmpty() || query.jobClass().get() == job.submission().jobClass())
            .filter(
                job -> job.submission().labels().entrySet().containsAll(query.labels().entrySet()))
            .filter(job -> query.words().stream().allMatch(job.submission().spec()::contains))
            .filter(job -> query.before().isEmpty() || job.id().compareTo(query.before().get()) < 0)
            .limit(query.limit() + 1L)
            .toList();
    boolean isMore = found.size() > query.limit();
    List<JobRecord> page = isMore ? found.subList(0, query.limit()) : found;
    return new Page(page, isMore ? Optional.of(page.getLast().id()) : Optional.empty());
  }

  @Override
  public synchronized Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    jobs.values().forEach(job -> counts.merge(job.state().label(), 1L, Long::sum));
    return counts;
  }

  @Override
  public synchronized JobRecord cancel(JobId id, String by) {
    JobRecord job = jobs.get(id);
    return job.state().isEnded() ? job : move(id, new JobState.Cancelled(by), Optional.empty());
  }

  @Override
  public synchronized JobRecord retry(JobId id, String by) {
    return move(id, new JobState.Queued(), Optional.empty());
  }

  @Override
  public synchronized List<JobEvent> events(long after, Optional<JobId> job, int limit) {
    return events.subList((int) Math.min(after, events.size()), events.size()).stream()
        .filter(event -> job.isEmpty() || event.job().equals(job))
        .limit(limit)
        .toList();
  }

  @Override
  public AutoCloseable subscribe(Consumer<JobEvent> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  private static FailureException refused(String subject, String problem) {
    return new FailureException(
        new Failure.BadRequest(
            new Failure.Diagnosis(subject, Stage.PLAN, problem, "", "choose another")));
  }
}
