package dev.penstock.node;

import dev.penstock.model.CodedStretch;
import dev.penstock.model.PieceStep;
import dev.penstock.node.http.JobDetails;
import dev.penstock.node.http.JobDetails.Line;
import dev.penstock.node.http.JobDetails.Plan;
import dev.penstock.node.http.JobDetails.Progress;
import dev.penstock.node.http.JobDetails.Segment;
import dev.penstock.node.http.JobDetails.Source;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.journal.Step;
import dev.penstock.node.worker.FromWorker;
import dev.penstock.node.worker.Place;
import dev.penstock.planner.admission.Decision;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What happens to jobs beside their states: what was planned, which lane did what, what was said.
 * In memory while a job is planned or runs, in the journal with the end of each attempt. Any
 * thread; nobody waits but for reading of jobs that are over.
 */
public final class Chronicle implements AutoCloseable {
  private static final Set<String> ENDS =
      Set.of("job.done", "job.failed", "job.cancelled", "job.quarantined");

  /** Plans of jobs that do not run yet. */
  private static final int MOST_WAITING = 2048;

  private static final Pattern OF_A_JOB =
      Pattern.compile("([0-9A-HJKMNP-TV-Z]{26}) (.*)", Pattern.DOTALL);

  private final Journal journal;
  private final InstantSource clock;
  private final Watching watching;
  private final Map<JobId, Telling> tellings = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<JobId> waiting = new ConcurrentLinkedQueue<>();
  private final AutoCloseable ends;

  /** Told of what can be counted. Any thread; must not wait. */
  public interface Watching {
    /** A piece is over. */
    void piece(Segment piece);

    /** The report of a job that is done, JSON. */
    void report(String json);

    /** What admission answered. */
    void decided(Decision decision);

    /** So many pictures more were encoded. */
    void frames(long more);
  }

  public Chronicle(Journal journal, InstantSource clock, Watching watching) {
    this.journal = journal;
    this.clock = clock;
    this.watching = watching;
    this.ends = journal.subscribe(this::heard);
  }

  private void heard(JobEvent event) {
    if (ENDS.contains(event.kind())) {
      event.job().ifPresent(tellings::remove);
    }
  }

  /** What an earlier process kept of it goes on. */
  private Telling of(JobId id) {
    Telling known = tellings.get(id);
    if (known != null) {
      return known;
    }
    Telling begun = new Telling(kept(id));
    Telling first = tellings.putIfAbsent(id, begun);
    return first == null ? begun : first;
  }

  // ---- what is told

  void planned(JobId id, FromWorker.Planned planned) {
    of(id).planned(new Plan(planned.json(), planned.text()));
    waiting.add(id);
    if (waiting.size() > MOST_WAITING) {
      JobId oldest = waiting.poll();
      tellings.computeIfPresent(oldest, (_, each) -> each.isRunning() ? each : null);
    }
  }

  /** An attempt began. */
  void began(JobRecord job, int attempt, Place place) {
    of(job.id()).began(job.submission().tenant(), attempt, place, clock.instant());
  }

  void said(JobId id, FromWorker said) {
    Telling telling = tellings.get(id);
    if (telling == null) {
      // It is over already.
      return;
    }
    Instant now = clock.instant();
    switch (said) {
      case FromWorker.Progress progress -> watching.frames(telling.progress(progress, now));
      case FromWorker.Piece(long _, PieceStep step) ->
          telling.step(step, now).ifPresent(watching::piece);
      case FromWorker.Coded(long _, CodedStretch stretch) -> telling.coded(stretch);
      case FromWorker.Event(long _, String line) ->
          telling.line(new Line(now, Source.WORKER, line));
      default -> {}
    }
  }

  /** A line of a worker's log, which begins with the job that it is about, or is about none. */
  public void logged(String line) {
    Matcher words = OF_A_JOB.matcher(line);
    if (words.matches()) {
      Telling telling = tellings.get(new JobId(words.group(1)));
      if (telling != null) {
        telling.line(new Line(clock.instant(), Source.LIBRARY, words.group(2)));
      }
    }
  }

  void decided(Decision decision) {
    watching.decided(decision);
  }

  /** The step, with what is to be kept of the job so far: no attempt goes on. */
  Step with(JobId id, Step step) {
    Telling telling = tellings.get(id);
    return telling == null
        ? step
        : step.withTale(telling.over(step.to(), clock.instant()).packed());
  }

  /** A step was taken, and is durable. */
  void taken(Step step) {
    step.report().ifPresent(watching::report);
  }

  // ---- what is asked

  Optional<Progress> progress(JobId id) {
    return Optional.ofNullable(tellings.get(id)).flatMap(each -> each.shown(clock.instant()));
  }

  /** All that run. */
  List<JobDetails.Running> running() {
    Instant now = clock.instant();
    return tellings.entrySet().stream()
        .flatMap(each -> each.getValue().running(each.getKey(), now).stream())
        .toList();
  }

  Tale tale(JobId id) {
    Telling telling = tellings.get(id);
    return telling == null ? kept(id) : telling.tale();
  }

  private Tale kept(JobId id) {
    return journal.tale(id).map(Tale::of).orElse(Tale.NONE);
  }

  /** How long a piece took. */
  static Duration took(Segment piece) {
    return Duration.between(piece.began(), piece.ended().orElse(piece.began()));
  }

  @Override
  public void close() {
    try {
      ends.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("a subscription does not end", e);
    }
  }
}
