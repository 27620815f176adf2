package dev.penstock.node.journal;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Stage;
import dev.penstock.node.JobId;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.Jobs;
import dev.penstock.node.Submission;
import dev.penstock.node.text.UrlUsers;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The steps of jobs within a transaction. The one place where a job's state changes. */
final class Steps {
  private static final int LOST_AT_ONCE = 2;
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(10);
  private static final int MOST_DOUBLINGS = 6;

  /** Where several were in hand, who would tell which did it. */
  private static final Duration PAUSE_OF_MANY = Duration.ofSeconds(5);

  private static final String LOST = "the daemon ended while it ran";
  private static final String LOST_ALONE = LOST + ", alone";
  private static final String NOT_BEGUN = "it was not begun";
  private static final int MOST_SHOWN = 300;

  private final Transaction tx;
  private final Sql sql;
  // Those that ended and whose dependents have not been told.
  private final Deque<JobRecord> ended = new ArrayDeque<>();

  Steps(Transaction tx) {
    this.tx = tx;
    this.sql = tx.sql();
  }

  /**
   * Takes a job.
   *
   * @param text by which it is found
   */
  Jobs.Accepted submit(Submission asked, String text) {
    Optional<JobRecord> known =
        asked.key().flatMap(key -> JobRows.withKey(sql, asked.tenant(), key)).map(this::existing);
    if (known.isPresent()) {
      return again(asked, known.get());
    }
    List<JobRecord> before = before(asked);
    List<JobId> open = notDone(before);
    JobId id = tx.newId();
    JobState state = open.isEmpty() ? new JobState.Queued() : new JobState.Waiting(open);
    JobRecord job = insert(id, asked, state);
    sql.update(
        "INSERT INTO searched (job, tenant, text) VALUES (?, ?, ?)",
        id.value(),
        asked.tenant(),
        text);
    before.stream()
        .filter(one -> hasNoHope(one.state()))
        .findFirst()
        .ifPresent(one -> apply(job, Step.to(new JobState.Failed(runsAfter(id, one)))));
    settle();
    return new Jobs.Accepted(existing(id), true);
  }

  private static Jobs.Accepted again(Submission asked, JobRecord known) {
    if (!known.submission().spec().equals(asked.spec())) {
      throw Troubles.request(
          "key " + asked.key().orElse(""),
          "it was used for another spec",
          "job "
              + known.id()
              + " has it, for "
              + shown(known.submission().spec())
              + ", and this is "
              + shown(asked.spec()),
          "use a new key for a new job");
    }
    return new Jobs.Accepted(known, false);
  }

  /** The beginning of a spec, without passwords in its URLs. */
  private static String shown(String spec) {
    String open = UrlUsers.hidden(spec.strip(), "***@").replaceAll("\\s+", " ");
    return open.length() <= MOST_SHOWN ? open : open.substring(0, MOST_SHOWN) + "…";
  }

  private List<JobRecord> before(Submission asked) {
    return asked.after().stream()
        .distinct()
        .map(id ->
            JobRows.find(sql, id)
                .filter(job -> job.submission().tenant().equals(asked.tenant()))
                .orElseThrow(() -> Troubles.unknown(id)))
        .toList();
  }

  private static List<JobId> notDone(List<JobRecord> jobs) {
    return jobs.stream()
        .filter(job -> !(job.state() instanceof JobState.Done))
        .map(JobRecord::id)
        .toList();
  }

  private static boolean hasNoHope(JobState state) {
    return state.isEnded() && !(state instanceof JobState.Done);
  }

  private JobRecord insert(JobId id, Submission asked, JobState state) {
    long now = tx.now().toEpochMilli();
    long sequence = told(id, asked.tenant(), null, state);
    sql.update(
        "INSERT INTO jobs (id, tenant, idem, class, urgency, due, state, detail, attempts, asked,"
            + " submitted, changed, sequence) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)",
        id.value(),
        asked.tenant(),
        asked.key().orElse(null),
        Rank.of(asked.jobClass()),
        JobRows.urgency(asked.priority()),
        JobRows.due(asked),
        state.label(),
        Stored.state(state),
        now,
        now,
        sequence);
    sql.update(
        "INSERT INTO submissions (job, spec, deadline, labels, follows, webhook)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        id.value(),
        asked.spec(),
        asked.deadline().map(Object::toString).orElse(null),
        Stored.map(asked.labels()),
        Stored.texts(asked.after().stream().map(JobId::value).toList()),
        asked.webhook().map(URI::toString).orElse(null));
    asked
        .labels()
        .forEach((name, value) ->
            sql.update(
                "INSERT INTO labels (name, value, job) VALUES (?, ?, ?)", name, value, id.value()));
    asked.after().stream()
        .distinct()
        .forEach(before ->
            sql.update(
                "INSERT INTO dependencies (job, before) VALUES (?, ?)",
                id.value(),
                before.value()));
    tx.count(state.label(), Rank.of(asked.jobClass()), 1);
    return new JobRecord(id, asked, state, 0, tx.now(), tx.now(), sequence, Optional.empty());
  }

  /** One of competing steps; empty when another was first. */
  Optional<JobRecord> change(JobId id, long ifSequence, Step step) {
    Optional<JobRecord> job = JobRows.find(sql, id).filter(found -> found.sequence() == ifSequence);
    job.ifPresent(found -> take(found, step));
    return job.map(found -> existing(id));
  }

  JobRecord cancel(JobId id, String by) {
    JobRecord job = existing(id);
    switch (job.state()) {
      case JobState.Waiting _, JobState.Queued _, JobState.Backoff _ ->
          take(job, Step.to(new JobState.Cancelled(by)));
      case JobState.Running running ->
          take(
              job,
              Step.to(
                  new JobState.Cancelling(
                      running.attempt(), running.worker(), running.gpus(), by)));
      case JobState.Cancelling _,
          JobState.Done _,
          JobState.Failed _,
          JobState.Cancelled _,
          JobState.Quarantined _ -> {}
    }
    return existing(id);
  }

  JobRecord retry(JobId id, String by) {
    JobRecord job = existing(id);
    if (!hasNoHope(job.state())) {
      throw Troubles.request(
          "job " + id,
          "it cannot be retried",
          "it is " + job.state().label(),
          "retry jobs that failed, were cancelled or are quarantined");
    }
    List<JobRecord> before = before(job.submission());
    before.stream()
        .filter(one -> hasNoHope(one.state()))
        .findFirst()
        .ifPresent(one -> {
          throw Troubles.request(
              "job " + id,
              "it cannot be retried yet",
              "job " + one.id() + ", which it runs after, is " + one.state().label(),
              "retry that one first");
        });
    if (job.state() instanceof JobState.Quarantined) {
      // Whoever asks knows of them; they would set it aside again at the next fault.
      sql.update(
          "DELETE FROM faults WHERE input IN (SELECT input FROM faults WHERE job = ?)", id.value());
    }
    askAgain(job, notDone(before), by);
    revive(job, by);
    return existing(id);
  }

  private void askAgain(JobRecord job, List<JobId> open, String by) {
    tx.append("job.retried", Optional.of(job.id()), Optional.of(job.submission().tenant()), by(by));
    sql.update("UPDATE jobs SET asked = attempts WHERE id = ?", job.id().value());
    take(job, Step.to(open.isEmpty() ? new JobState.Queued() : new JobState.Waiting(open)));
  }

  /** Those that failed because others did wait again when none of these has, all the chain. */
  private void revive(JobRecord retried, String by) {
    Deque<JobRecord> chain = new ArrayDeque<>(List.of(retried));
    while (!chain.isEmpty()) {
      JobRecord was = chain.remove();
      for (String id : dependents(was.id(), "failed")) {
        JobRecord dependent = existing(new JobId(id));
        List<JobRecord> before = before(dependent.submission());
        if (wasNotBegun(dependent) && before.stream().noneMatch(one -> hasNoHope(one.state()))) {
          askAgain(dependent, notDone(before), by);
          chain.add(dependent);
        }
      }
    }
  }

  private static boolean wasNotBegun(JobRecord job) {
    return job.state() instanceof JobState.Failed(Failure why)
        && why.diagnosis().problem().equals(NOT_BEGUN);
  }

  private static String by(String who) {
    return Stored.map(java.util.Map.of("by", who));
  }

  /**
   * Of a job that a process before this had in hand.
   *
   * @param alone whether nothing else was
   */
  void recover(JobRecord job, boolean alone) {
    String evidence = alone ? LOST_ALONE : LOST;
    JobState to =
        job.state() instanceof JobState.Cancelling cancelling
            ? new JobState.Cancelled(cancelling.by())
            : again(job, alone);
    apply(job, Step.to(to).withEvidence(evidence), "lost");
    settle();
  }

  // A job that takes the daemon down with it would do so for ever. Power cuts are nobody's fault:
  // what ran beside others hardly waits.
  private JobState again(JobRecord job, boolean alone) {
    int losses = JobRows.tries(sql, job.id(), "lost") + 1;
    if (losses <= LOST_AT_ONCE) {
      return new JobState.Queued();
    }
    int byItself = JobRows.losses(sql, job.id(), LOST_ALONE) + 1 - LOST_AT_ONCE;
    int doublings = Math.min(byItself - 1, MOST_DOUBLINGS);
    Duration pause =
        alone && byItself > 0 ? FIRST_PAUSE.multipliedBy(1L << doublings) : PAUSE_OF_MANY;
    return new JobState.Backoff(
        job.attempts(),
        tx.now().plus(pause),
        new Failure.OutOfResource(
            new Diagnosis(
                "job " + job.id(),
                Stage.FINISH,
                "it was interrupted " + losses + " times",
                "the daemon ended each time while it ran",
                "see the daemon's log; it is tried again by itself")));
  }

  private JobRecord existing(JobId id) {
    return JobRows.find(sql, id).orElseThrow(() -> Troubles.unknown(id));
  }

  private void take(JobRecord job, Step step) {
    apply(job, step);
    settle();
  }

  private void apply(JobRecord job, Step step) {
    boolean yields =
        job.state() instanceof JobState.Running && step.to() instanceof JobState.Queued;
    apply(job, step, yields ? "yielded" : step.to().label());
  }

  private void apply(JobRecord job, Step step, String outcome) {
    JobState to = step.to();
    if (!JobState.mayFollow(job.state(), to)) {
      throw Troubles.illegal(job.id(), job.state(), to);
    }
    int attempts = job.attempts();
    if (to instanceof JobState.Running running) {
      begin(job, running);
      attempts = running.attempt();
    } else if (isInHand(job.state()) && !isInHand(to)) {
      end(job, step, outcome);
    }
    update(job, to, attempts);
    step.report()
        .ifPresent(report ->
            sql.update(
                "INSERT OR REPLACE INTO reports (job, report) VALUES (?, ?)",
                job.id().value(),
                report));
    step.tale()
        .ifPresent(tale ->
            sql.update(
                "INSERT OR REPLACE INTO tales (job, tale) VALUES (?, ?)", job.id().value(), tale));
    step.faults().forEach(this::fault);
  }

  private static boolean isInHand(JobState state) {
    return state instanceof JobState.Running || state instanceof JobState.Cancelling;
  }

  private void update(JobRecord job, JobState to, int attempts) {
    String tenant = job.submission().tenant();
    long sequence = told(job.id(), tenant, job.state(), to);
    sql.update(
        "UPDATE jobs SET state = ?, detail = ?, attempts = ?, changed = ?, sequence = ?, resume = ?"
            + " WHERE id = ?",
        to.label(),
        Stored.state(to),
        attempts,
        tx.now().toEpochMilli(),
        sequence,
        JobRows.resume(to).orElse(null),
        job.id().value());
    int jobClass = Rank.of(job.submission().jobClass());
    tx.count(job.state().label(), jobClass, -1);
    tx.count(to.label(), jobClass, 1);
    if (to.isEnded()) {
      ended.add(existing(job.id()));
      job.submission().webhook().ifPresent(url -> Deliveries.add(tx, job.id(), sequence, url));
    }
  }

  private long told(JobId id, String tenant, @Nullable JobState from, JobState to) {
    return tx.append(
        "job." + to.label(), Optional.of(id), Optional.of(tenant), Stored.step(from, to));
  }

  private void begin(JobRecord job, JobState.Running running) {
    if (running.attempt() != job.attempts() + 1) {
      throw Troubles.bug(
          job.id(), "attempt " + running.attempt() + " does not follow " + job.attempts());
    }
    sql.update(
        "INSERT INTO attempts (job, number, worker, gpus, began) VALUES (?, ?, ?, ?, ?)",
        job.id().value(),
        running.attempt(),
        running.worker(),
        Stored.texts(running.gpus()),
        tx.now().toEpochMilli());
  }

  private void end(JobRecord job, Step step, String outcome) {
    sql.update(
        "UPDATE attempts SET ended = ?, outcome = ?, evidence = ? WHERE job = ? AND number = ?",
        tx.now().toEpochMilli(),
        outcome,
        step.evidence().or(() -> words(step.to())).orElse(null),
        job.id().value(),
        job.attempts());
  }

  private static Optional<String> words(JobState state) {
    return switch (state) {
      case JobState.Backoff backoff -> Optional.of(backoff.last().diagnosis().line());
      case JobState.Failed failed -> Optional.of(failed.failure().diagnosis().line());
      case JobState.Quarantined set -> Optional.of(set.failure().diagnosis().line());
      case JobState.Cancelled cancelled -> Optional.of("cancelled by " + cancelled.by());
      case JobState.Waiting _,
          JobState.Queued _,
          JobState.Running _,
          JobState.Cancelling _,
          JobState.Done _ ->
          Optional.empty();
    };
  }

  void fault(Fault fault) {
    sql.update(
        "INSERT OR REPLACE INTO faults (input, device, job, attempt, at, evidence)"
            + " VALUES (?, ?, ?, ?, ?, ?)",
        fault.input(),
        fault.device(),
        fault.job().value(),
        fault.attempt(),
        fault.at().toEpochMilli(),
        fault.evidence());
  }

  // A queue and no recursion: chains of jobs may be long.
  private void settle() {
    while (!ended.isEmpty()) {
      JobRecord over = ended.remove();
      for (String id : dependents(over.id(), "waiting")) {
        JobRecord dependent = existing(new JobId(id));
        if (dependent.state() instanceof JobState.Waiting waiting) {
          tell(dependent, waiting, over);
        }
      }
    }
  }

  private List<String> dependents(JobId id, String state) {
    return sql.all(
        "SELECT d.job FROM dependencies d CROSS JOIN jobs j ON j.id = d.job"
            + " WHERE d.before = ? AND j.state = ? ORDER BY d.job",
        Sql.TEXT,
        id.value(),
        state);
  }

  private void tell(JobRecord dependent, JobState.Waiting waiting, JobRecord over) {
    if (!(over.state() instanceof JobState.Done)) {
      apply(dependent, Step.to(new JobState.Failed(runsAfter(dependent.id(), over))));
      return;
    }
    var open = new ArrayList<>(waiting.on());
    open.remove(over.id());
    if (open.isEmpty()) {
      apply(dependent, Step.to(new JobState.Queued()));
    } else {
      sql.update(
          "UPDATE jobs SET detail = ? WHERE id = ?",
          Stored.state(new JobState.Waiting(open)),
          dependent.id().value());
    }
  }

  private static Failure runsAfter(JobId id, JobRecord over) {
    return new Failure.BadRequest(
        new Diagnosis(
            "job " + id,
            Stage.PLAN,
            NOT_BEGUN,
            "job " + over.id() + ", which it runs after, is " + over.state().label(),
            "retry that one, and this waits for it again"));
  }
}
