package dev.penstock.node.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Urgency;
import dev.penstock.node.Clock;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.JobState;
import dev.penstock.node.Submission;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
  @TempDir Path folder;
  private final Clock clock = new Clock();
  private Journal journal;

  @BeforeEach
  void open() {
    journal = Journal.open(folder, clock, new Random(1));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private void reopen() {
    journal.close();
    open();
  }

  private JobRecord submitted() {
    return journal.submit(Asked.job("{}")).job();
  }

  private JobRecord change(JobRecord job, JobState to) {
    return journal.change(job.id(), job.sequence(), Step.to(to)).orElseThrow();
  }

  private JobRecord run(JobRecord job) {
    return change(job, Asked.running(job));
  }

  private static Failure failure(ThrowingCallable call) {
    return catchThrowableOfType(FailureException.class, call).failure();
  }

  @Test
  void submission_comesBackAsItWas() {
    Submission asked = Asked.full("a", Urgency.LIVE, Map.of("show", "x", "night", "1"));
    JobRecord job = journal.submit(asked).job();
    assertThat(job.submission()).isEqualTo(asked);
    assertThat(job.state()).isEqualTo(new JobState.Queued());
    reopen();
    assertThat(journal.find(job.id())).contains(job);
    assertThat(journal.list(Asked.ALL).jobs()).containsExactly(Asked.listed(job));
    JobRecord large = journal.submit(Asked.job("ü".repeat(4097))).job();
    assertThat(journal.list(Asked.ALL).jobs().getFirst().submission().spec()).isEmpty();
    assertThat(journal.find(large.id())).contains(large);
  }

  @Test
  void steps_areLegalOrRefusedWithBothStates() {
    for (String way : List.of("", "2", "23", "24", "25", "26", "237", "28", "7", "-")) {
      for (int to = 0; to < 9; to++) {
        JobRecord job = at(way);
        JobState next = Asked.states(job).get(to);
        if (JobState.mayFollow(job.state(), next)) {
          JobRecord after = change(job, next);
          assertThat(after.state()).isEqualTo(next);
          assertThat(journal.find(job.id())).contains(after);
        } else {
          assertThat(failure(() -> change(job, next)))
              .isInstanceOf(Failure.Bug.class)
              .extracting(failure -> failure.diagnosis().problem())
              .asString()
              .contains("from " + job.state().label() + " to " + next.label());
          assertThat(journal.find(job.id())).contains(job);
        }
      }
    }
  }

  /** A job brought through states, by their places in the list; "-" is one that waits. */
  private JobRecord at(String way) {
    if (way.equals("-")) {
      return journal.submit(Asked.after(submitted().id())).job();
    }
    JobRecord job = submitted();
    for (char place : way.toCharArray()) {
      job = change(job, Asked.states(job).get(place - '0'));
    }
    return job;
  }

  @Test
  void competingSteps_oneLoses() {
    JobRecord job = submitted();
    run(job);
    assertThat(journal.change(job.id(), job.sequence(), Step.to(new JobState.Cancelled("me"))))
        .isEmpty();
    assertThat(journal.find(job.id()).orElseThrow().state()).isInstanceOf(JobState.Running.class);
  }

  @Test
  void attemptThatDoesNotFollow_isABug() {
    JobRecord job = submitted();
    assertThat(failure(() -> change(job, new JobState.Running(2, "w", List.of(), clock.instant()))))
        .isInstanceOf(Failure.Bug.class);
    assertThat(journal.attempts(job.id())).isEmpty();
  }

  @Test
  void key_givesTheSameJobForTheSameSpecOfATenant() {
    var first = journal.submit(Asked.keyed("a", "{}", "k"));
    var again = journal.submit(Asked.keyed("a", "{}", "k"));
    assertThat(first.isNew()).isTrue();
    assertThat(again.isNew()).isFalse();
    assertThat(again.job()).isEqualTo(first.job());
    assertThat(journal.submit(Asked.keyed("b", "{}", "k")).isNew()).isTrue();
    assertThat(failure(() -> journal.submit(Asked.keyed("a", "{\"x\":1}", "k"))))
        .isInstanceOf(Failure.BadRequest.class);
    assertThat(journal.counts()).containsOnly(Map.entry("queued", 2L));
  }

  @Test
  void dependents_areQueuedWhenAllAreDone() {
    JobRecord one = submitted();
    JobRecord two = submitted();
    JobRecord then = journal.submit(Asked.after(one.id(), two.id())).job();
    assertThat(then.state()).isEqualTo(new JobState.Waiting(List.of(one.id(), two.id())));
    change(run(one), new JobState.Done());
    assertThat(journal.find(then.id()).orElseThrow().state())
        .isEqualTo(new JobState.Waiting(List.of(two.id())));
    change(run(two), new JobState.Done());
    assertThat(journal.find(then.id()).orElseThrow().state()).isEqualTo(new JobState.Queued());
    assertThat(journal.submit(Asked.after(one.id())).job().state())
        .isEqualTo(new JobState.Queued());
  }

  @Test
  void dependents_failWithTheirReason_allTheChain() {
    JobRecord first = submitted();
    JobRecord second = journal.submit(Asked.after(first.id())).job();
    JobRecord third = journal.submit(Asked.after(second.id())).job();
    journal.cancel(first.id(), "me");
    for (JobId id : List.of(second.id(), third.id())) {
      assertThat(journal.find(id).orElseThrow().state()).isInstanceOf(JobState.Failed.class);
    }
    assertThat(journal.submit(Asked.after(first.id())).job().state())
        .isInstanceOfSatisfying(
            JobState.Failed.class,
            failed ->
                assertThat(failed.failure().diagnosis().line())
                    .contains(first.id().value(), "cancelled"));
    assertThat(failure(() -> journal.retry(second.id(), "me")).diagnosis().nextStep())
        .contains("first");
  }

  @Test
  void dependents_waitAgain_whenWhatTheyFailedForIsRetried() {
    JobRecord first = submitted();
    JobRecord other = submitted();
    JobRecord second = journal.submit(Asked.after(first.id())).job();
    JobRecord third = journal.submit(Asked.after(second.id(), other.id())).job();
    JobRecord own = journal.submit(Asked.after(first.id())).job();
    journal.cancel(own.id(), "me");
    change(run(first), new JobState.Failed(Asked.FAILURE));
    assertThat(state(third)).isInstanceOf(JobState.Failed.class);

    JobRecord _ = journal.retry(first.id(), "me");
    assertThat(state(second)).isEqualTo(new JobState.Waiting(List.of(first.id())));
    assertThat(state(third)).isEqualTo(new JobState.Waiting(List.of(second.id(), other.id())));
    assertThat(state(own)).isInstanceOf(JobState.Cancelled.class);

    journal.cancel(first.id(), "me");
    journal.cancel(other.id(), "me");
    JobRecord _ = journal.retry(first.id(), "me");
    assertThat(state(second)).isInstanceOf(JobState.Waiting.class);
    // The other one it runs after is still cancelled.
    assertThat(state(third)).isInstanceOf(JobState.Failed.class);
  }

  private JobState state(JobRecord job) {
    return journal.find(job.id()).orElseThrow().state();
  }

  @Test
  void dependencyThatIsNotThere_isRefused() {
    JobId nobody = new JobId("0".repeat(26));
    JobId others = journal.submit(Asked.keyed("b", "{}", "k")).job().id();
    for (JobId id : List.of(nobody, others)) {
      assertThat(failure(() -> journal.submit(Asked.after(id))))
          .isInstanceOf(Failure.BadRequest.class);
    }
  }

  @Test
  void cancel_endsAtOnceOrAsksTheWorker() {
    assertThat(journal.cancel(submitted().id(), "me").state())
        .isEqualTo(new JobState.Cancelled("me"));
    JobRecord running = run(submitted());
    JobRecord cancelling = journal.cancel(running.id(), "me");
    assertThat(cancelling.state())
        .isEqualTo(new JobState.Cancelling(1, "w1", List.of("GPU-1"), "me"));
    assertThat(journal.cancel(running.id(), "you")).isEqualTo(cancelling);
    JobRecord done = change(cancelling, new JobState.Done());
    assertThat(journal.cancel(running.id(), "me")).isEqualTo(done);
    assertThat(failure(() -> journal.retry(running.id(), "me")))
        .isInstanceOf(Failure.BadRequest.class);
  }

  @Test
  void claims_areByClassPriorityDeadlineAge() {
    Instant soon = Instant.parse("2026-03-01T12:30:00Z");
    JobRecord last = journal.submit(Asked.job("1", Urgency.BATCH, 90, Optional.empty())).job();
    JobRecord old = journal.submit(Asked.job("2", Urgency.INTERACTIVE, 5, Optional.empty())).job();
    JobRecord fresh =
        journal.submit(Asked.job("3", Urgency.INTERACTIVE, 5, Optional.empty())).job();
    JobRecord due = journal.submit(Asked.job("4", Urgency.INTERACTIVE, 5, Optional.of(soon))).job();
    JobRecord high = journal.submit(Asked.job("5", Urgency.INTERACTIVE, 6, Optional.empty())).job();
    JobRecord live = journal.submit(Asked.job("6", Urgency.LIVE, 0, Optional.empty())).job();
    var order = List.of(live, high, due, old, fresh, last);
    assertThat(journal.queued(Optional.empty(), Optional.empty(), 10)).isEqualTo(order);
    assertThat(journal.queued(Optional.empty(), Optional.of(due), 2)).containsExactly(old, fresh);
    assertThat(journal.queued(Optional.of(Urgency.INTERACTIVE), Optional.empty(), 10))
        .containsExactly(high, due, old, fresh);
    assertThat(journal.queued(Optional.of(Urgency.INTERACTIVE), Optional.of(old), 10))
        .containsExactly(fresh);
  }

  @Test
  void backoff_isDueWhenItsTimeHasCome() {
    JobRecord job = run(submitted());
    Instant until = clock.instant().plusSeconds(60);
    JobRecord waits = change(job, new JobState.Backoff(1, until, Asked.FAILURE));
    assertThat(journal.due(until.minusMillis(1))).isEmpty();
    assertThat(journal.due(until)).containsExactly(waits);
    assertThat(journal.nextDue()).contains(until);
    JobRecord again = run(change(waits, new JobState.Queued()));
    assertThat(journal.nextDue()).isEmpty();
    assertThat(journal.tries(job.id())).isEqualTo(1);
    assertThat(journal.attempts(job.id()))
        .extracting(Attempt::outcome)
        .containsExactly(Optional.of("backoff"), Optional.empty());
    journal.retry(change(again, new JobState.Failed(Asked.FAILURE)).id(), "me");
    assertThat(journal.tries(job.id())).isZero();
  }

  @Test
  void reportEvidenceAndFaults_areStoredWithTheStep() {
    JobRecord job = run(submitted());
    var fault = new Fault("sha", "GPU-1", job.id(), 1, clock.instant(), "Xid 31");
    Step step =
        Step.to(new JobState.Quarantined(Asked.FAILURE, List.of("GPU-1: Xid 31")))
            .withReport("{\"r\":1}")
            .withEvidence("Xid 31 in its log")
            .withFaults(List.of(fault));
    journal.change(job.id(), job.sequence(), step);
    reopen();
    assertThat(journal.find(job.id()).orElseThrow().report()).contains("{\"r\":1}");
    assertThat(journal.faults("sha")).containsExactly(fault);
    assertThat(journal.attempts(job.id()).getFirst())
        .isEqualTo(
            new Attempt(
                1,
                "w1",
                List.of("GPU-1"),
                clock.instant(),
                Optional.of(clock.instant()),
                Optional.of("quarantined"),
                Optional.of("Xid 31 in its log")));
    journal.retry(job.id(), "me");
    assertThat(journal.faults("sha")).isEmpty();
  }

  @Test
  void list_filtersAndPages() {
    var jobs = new ArrayList<JobRecord>();
    for (int i = 0; i < 30; i++) {
      clock.pass(Duration.ofMillis(i % 3));
      JobRecord job =
          journal
              .submit(
                  Asked.full(
                      i % 2 == 0 ? "a" : "b",
                      Urgency.values()[i % 3],
                      Map.of("n", "" + i % 5, "all", "1")))
              .job();
      jobs.addFirst(i % 4 == 0 ? journal.cancel(job.id(), "me") : job);
    }
    jobs.replaceAll(Asked::listed);
    assertThat(journal.list(Asked.ALL).jobs()).isEqualTo(jobs);
    for (Optional<String> tenant : List.of(Optional.of("a"), Optional.<String>empty())) {
      for (Set<String> states :
          List.of(Set.<String>of(), Set.of("cancelled"), Set.of("queued", "done"))) {
        for (Optional<Urgency> type :
            List.of(Optional.of(Urgency.LIVE), Optional.<Urgency>empty())) {
          List<JobRecord> wanted =
              jobs.stream()
                  .filter(job -> tenant.isEmpty() || job.submission().tenant().equals("a"))
                  .filter(job -> states.isEmpty() || states.contains(job.state().label()))
                  .filter(job -> type.isEmpty() || job.submission().jobClass() == Urgency.LIVE)
                  .toList();
          var seen = new ArrayList<JobRecord>();
          Optional<JobId> before = Optional.empty();
          do {
            var page = journal.list(Asked.query(tenant, states, type, 4, before));
            seen.addAll(page.jobs());
            before = page.next();
          } while (before.isPresent());
          assertThat(seen).isEqualTo(wanted);
        }
      }
    }
    var two = journal.list(Asked.labelled(Map.of("n", "2", "all", "1"), 3, Optional.empty()));
    assertThat(two.jobs())
        .hasSize(3)
        .allMatch(job -> job.submission().labels().get("n").equals("2"));
    var rest = journal.list(Asked.labelled(Map.of("n", "2", "all", "1"), 3, two.next()));
    assertThat(rest.jobs()).hasSize(3).doesNotContainAnyElementsOf(two.jobs());
    assertThat(journal.list(Asked.labelled(Map.of("n", "9"), 3, Optional.empty())).jobs())
        .isEmpty();
  }

  @Test
  void listener_isToldInOrderAndMissesNothing_howeverSlow() throws Exception {
    var told = new LinkedBlockingQueue<JobEvent>();
    var mayGoOn = new CountDownLatch(1);
    try (AutoCloseable _ =
        journal.subscribe(event -> {
          waitFor(mayGoOn);
          told.add(event);
        })) {
      int jobs = 5000;
      IntStream.range(0, 8)
          .mapToObj(i ->
              Thread.ofVirtual()
                  .start(() -> IntStream.range(0, jobs / 8).forEach(_ -> submitted())))
          .toList()
          .forEach(JournalTest::join);
      mayGoOn.countDown();
      for (long i = 1; i <= jobs; i++) {
        assertThat(told.poll(10, TimeUnit.SECONDS))
            .isNotNull()
            .extracting(JobEvent::sequence)
            .isEqualTo(i);
      }
      assertThat(told).isEmpty();
    }
    var again = new LinkedBlockingQueue<JobEvent>();
    try (AutoCloseable _ = journal.subscribe(4990, again::add)) {
      assertThat(again.poll(10, TimeUnit.SECONDS).sequence()).isEqualTo(4991);
    }
  }

  private static void waitFor(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void recover_freesWhatWasInHand() {
    JobRecord running = run(submitted());
    JobRecord cancelling = journal.cancel(run(submitted()).id(), "me");
    JobRecord queued = submitted();
    reopen();
    assertThat(journal.recover()).isEqualTo(2);
    assertThat(journal.find(running.id()).orElseThrow().state()).isEqualTo(new JobState.Queued());
    assertThat(journal.find(cancelling.id()).orElseThrow().state())
        .isEqualTo(new JobState.Cancelled("me"));
    assertThat(journal.find(queued.id())).contains(queued);
    assertThat(journal.attempts(running.id()).getFirst().outcome()).contains("lost");
    assertThat(journal.recover()).isZero();
  }

  @Test
  void aJobThatIsLostAlone_waitsLongerEachTime_andOneThatIsLostWithOthersHardly() {
    JobRecord alone = submitted();
    assertThat(losses(4, alone)).containsExactly(0L, 0L, 10L, 20L);
    JobRecord one = submitted();
    JobRecord other = submitted();
    assertThat(losses(5, one, other)).containsExactly(0L, 0L, 5L, 5L, 5L);
  }

  /** How many seconds the first is put off each time that the daemon ends while all run. */
  private List<Long> losses(int times, JobRecord... jobs) {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      for (JobRecord job : jobs) {
        JobRecord now = journal.find(job.id()).orElseThrow();
        if (now.state() instanceof JobState.Backoff) {
          now = journal.change(now.id(), now.sequence(), Step.to(new JobState.Queued())).get();
        }
        run(now);
      }
      assertThat(journal.recover()).isEqualTo(jobs.length);
      pauses.add(
          journal.find(jobs[0].id()).orElseThrow().state() instanceof JobState.Backoff backoff
              ? Duration.between(clock.instant(), backoff.until()).toSeconds()
              : 0L);
    }
    return pauses;
  }

  @Test
  void settingsAndAudit_areKept() {
    journal.settings().put("reserve", "0.2", "me");
    journal.settings().put("reserve", "0.3", "you");
    var deed = new AuditLog.Deed("me", "127.0.0.1", "setting.put", "reserve", "done", "{}");
    journal.audit().append(deed);
    journal.audit().append(deed);
    reopen();
    assertThat(journal.settings().all())
        .containsExactly(new Settings.Setting("reserve", "0.3", clock.instant(), "you"));
    assertThat(journal.settings().find("reserve")).isPresent();
    assertThat(journal.settings().remove("reserve")).isTrue();
    assertThat(journal.settings().find("reserve")).isEmpty();
    assertThat(journal.audit().list(Optional.empty(), OptionalLong.empty(), 1))
        .containsExactly(new AuditLog.Entry(2, clock.instant(), deed));
    assertThat(journal.audit().list(Optional.empty(), OptionalLong.of(2), 9)).hasSize(1);
  }

  @Test
  void webhooks_areThereUntilTheySucceed() {
    JobRecord job = journal.submit(Asked.full("a", Urgency.BATCH, Map.of())).job();
    assertThat(journal.deliveries().due(clock.instant(), 9)).isEmpty();
    job = journal.cancel(job.id(), "me");
    var first = journal.deliveries().due(clock.instant(), 9).getFirst();
    assertThat(first.sequence()).isEqualTo(job.sequence());
    Instant later = clock.instant().plusSeconds(5);
    journal.deliveries().failed(first.number(), "503", Optional.of(later));
    assertThat(journal.deliveries().due(clock.instant(), 9)).isEmpty();
    assertThat(journal.deliveries().nextDue()).contains(later);
    journal.deliveries().failed(first.number(), "404", Optional.empty());
    reopen();
    assertThat(journal.deliveries().due(later, 9)).isEmpty();
    var dead = journal.deliveries().dead(Optional.empty(), 9).getFirst();
    assertThat(dead.attempts()).isEqualTo(2);
    assertThat(dead.last()).contains("404");
    assertThat(journal.deliveries().again(dead.number(), Optional.empty())).isTrue();
    assertThat(journal.deliveries().due(later, 9)).hasSize(1);
    journal.deliveries().succeeded(dead.number());
    assertThat(journal.deliveries().due(later, 9)).isEmpty();
  }

  @Test
  void prune_forgetsOldOnesWithTheirEvents_butNotWhatOthersNeed() {
    JobRecord old = journal.cancel(submitted().id(), "me");
    JobRecord needed = change(run(submitted()), new JobState.Done());
    JobRecord open = submitted();
    clock.pass(Duration.ofDays(40));
    JobRecord fresh = journal.cancel(journal.submit(Asked.after(needed.id())).job().id(), "me");
    long newest = journal.newestEvent();
    assertThat(journal.prune(clock.instant().minus(Duration.ofDays(30)))).isEqualTo(1);
    assertThat(journal.list(Asked.ALL).jobs())
        .isEqualTo(Asked.listed(List.of(fresh, open, needed)));
    assertThat(journal.events(0, Optional.of(old.id()), 10)).isEmpty();
    assertThat(journal.prunedEvents()).isEqualTo(old.sequence());
    assertThat(journal.counts()).isEqualTo(Map.of("cancelled", 1L, "done", 1L, "queued", 1L));
    assertThat(journal.newestEvent()).isEqualTo(newest + 1);
    reopen();
    assertThat(journal.newestEvent()).isEqualTo(newest + 1);
    assertThat(journal.counts()).isEqualTo(Map.of("cancelled", 1L, "done", 1L, "queued", 1L));
  }

  /** Which is not the one that goes next. */
  @Test
  void theOldestOfEachClass_isFound() {
    JobRecord old = journal.submit(Asked.job("{}")).job();
    clock.pass(Duration.ofMinutes(5));
    JobRecord urgent =
        journal.submit(Asked.job("{}", Urgency.BATCH, 100, Optional.of(clock.instant()))).job();
    JobRecord live = journal.submit(Asked.full("a", Urgency.LIVE, Map.of())).job();
    assertThat(journal.queued(Optional.of(Urgency.BATCH), Optional.empty(), 1))
        .containsExactly(urgent);
    assertThat(journal.queuedSince())
        .isEqualTo(Map.of(Urgency.BATCH, old.changed(), Urgency.LIVE, live.changed()));
  }

  @Test
  void ids_riseWithinAMillisecondAndWhenTheClockIsPutBack() {
    JobId first = submitted().id();
    JobId second = submitted().id();
    clock.pass(Duration.ofHours(-1));
    reopen();
    JobId third = submitted().id();
    assertThat(List.of(first, second, third)).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void secondWriter_isRefusedAndToldOfTheFirst() {
    assertThat(failure(() -> Journal.open(folder, clock, new Random(2))))
        .isInstanceOf(Failure.HostMisconfigured.class)
        .extracting(failure -> failure.diagnosis().likelyCause())
        .asString()
        .contains("" + ProcessHandle.current().pid());
  }

  @Test
  void search_looksAtLabelsNamesAndTheId() {
    JobRecord film =
        journal
            .submit(
                Asked.labelled(
                    "a",
                    "{\"transcode\": {\"input\": \"/in/ÖL film 7.mov\", \"output\": \"/out/x.mp4\"}}",
                    Map.of("Show", "Nacht")))
            .job();
    JobRecord ladder =
        journal
            .submit(
                Asked.job(
                    "b",
                    "{\"ladder\": {\"input\": \"https://u:secret@h/film.ts\", \"output\": \"/hls\"}}"))
            .job();
    var _ = submitted();
    assertThat(found(Optional.empty(), "film")).containsExactly(ladder.id(), film.id());
    assertThat(found(Optional.empty(), "film", "öl")).containsExactly(film.id());
    assertThat(found(Optional.empty(), "show=nacht")).containsExactly(film.id());
    assertThat(found(Optional.of("b"), "FILM")).containsExactly(ladder.id());
    assertThat(found(Optional.empty(), "%")).isEmpty();
    assertThat(found(Optional.empty(), "secret")).isEmpty();
    String id = film.id().value();
    assertThat(found(Optional.empty(), id.toLowerCase(Locale.ROOT))).containsExactly(film.id());
    assertThat(found(Optional.empty(), id.substring(18))).containsExactly(film.id());
    assertThat(found(Optional.empty(), id.substring(0, 4))).hasSize(3);
    journal.cancel(film.id(), "me");
    assertThat(
            ids(
                Asked.query(
                    Optional.empty(), Set.of("cancelled"), Optional.empty(), 9, Optional.empty()),
                "film"))
        .containsExactly(film.id());
    assertThat(ids(Asked.labelled(Map.of("Show", "Nacht"), 9, Optional.empty()), "x.mp4"))
        .containsExactly(film.id());
    assertThat(ids(Asked.labelled(Map.of("Show", "Nacht"), 9, Optional.empty()), "hls")).isEmpty();
    clock.pass(Duration.ofDays(1));
    assertThat(journal.prune(clock.instant())).isEqualTo(1);
    assertThat(found(Optional.empty(), "film")).containsExactly(ladder.id());
  }

  private List<JobId> found(Optional<String> tenant, String... words) {
    return ids(Asked.query(tenant, Set.of(), Optional.empty(), 9, Optional.empty()), words);
  }

  private List<JobId> ids(JobQuery query, String... words) {
    return journal.list(Asked.worded(query, words)).jobs().stream().map(JobRecord::id).toList();
  }

  @Test
  void newerLayout_isRefused() {
    journal.close();
    try (Sql sql = Sql.open(folder.resolve("journal.db"), List.of())) {
      sql.run("PRAGMA user_version = 99");
    }
    assertThat(failure(this::open).diagnosis().problem()).contains("newer");
    try (Sql sql = Sql.open(folder.resolve("journal.db"), List.of())) {
      sql.run("PRAGMA user_version = " + Schema.NEWEST);
    }
    open();
  }

  @Test
  void olderLayout_isRaisedWithWhatItHolds(@TempDir Path old) {
    Path file = old.resolve("journal.db");
    try (Sql sql = Sql.open(file, List.of())) {
      Schema.raise(sql, file, 1);
      sql.run("INSERT INTO events VALUES (1, 0, 'node.started', NULL, NULL, '{}')");
      for (int i = 0; i < 2; i++) {
        sql.run(
            "INSERT INTO jobs VALUES ('01%024d', 'a', NULL, 1, 1, 1, 'queued', '{\"kind\":\"Queued\"}', 0, 0, 0, 0, 1, NULL)"
                .formatted(i));
      }
      sql.run(
          "INSERT INTO submissions VALUES ('01%024d', '{\"transcode\":{\"input\":\"ftp://u:p@h/Film.MOV\"}}', NULL, '{}', '[]', NULL)"
              .formatted(0));
      sql.run(
          "INSERT INTO submissions VALUES ('01%024d', '?', NULL, '{}', '[]', NULL)".formatted(1));
      sql.run("INSERT INTO labels VALUES ('Show', 'B', '01%024d')".formatted(1));
    }
    try (Journal raised = Journal.open(old, clock, new Random(1))) {
      assertThat(raised.events(0, Optional.empty(), 9)).hasSize(1);
      assertThat(raised.settings().all()).isEmpty();
      assertThat(raised.list(Asked.worded(Asked.ALL, "h/film.mov")).jobs()).hasSize(1);
      assertThat(raised.list(Asked.worded(Asked.ALL, "show=b")).jobs()).hasSize(1);
      assertThat(raised.list(Asked.worded(Asked.ALL, "u:p")).jobs()).isEmpty();
      assertThat(raised.tell("device.lost", Optional.empty(), Optional.empty(), "{}")).isEqualTo(2);
    }
  }

  @Test
  void damage_isTold() throws Exception {
    IntStream.range(0, 200).forEach(_ -> submitted());
    journal.close();
    Path file = folder.resolve("journal.db");
    byte[] bytes = Files.readAllBytes(file);
    for (int i = 8192; i < bytes.length; i += 64) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
    assertThat(failure(this::open).diagnosis().problem()).contains("damaged");
    Files.writeString(file, "no database, but long enough to be taken for one".repeat(20));
    assertThat(failure(this::open).diagnosis().problem()).contains("damaged");
    Files.delete(file);
    open();
  }

  @Test
  void fullDisk_isAFailureAndNothingHalfDone() {
    JobRecord kept = submitted();
    var keeper = new HashMap<JobId, JobRecord>();
    keeper.put(kept.id(), kept);
    journal.limitPages(1);
    Failure full =
        failure(() -> {
          while (true) {
            JobRecord job = journal.submit(Asked.job("x".repeat(3000))).job();
            keeper.put(job.id(), job);
          }
        });
    assertThat(full).isInstanceOf(Failure.OutOfResource.class);
    assertThat(journal.list(Asked.ALL).jobs())
        .containsExactlyInAnyOrderElementsOf(Asked.listed(keeper.values()));
    assertThat(journal.events(0, Optional.empty(), 1000)).hasSize(keeper.size());
    assertThat(journal.counts()).isEqualTo(Map.of("queued", (long) keeper.size()));
    journal.limitPages(1_000_000);
    assertThat(submitted().sequence()).isEqualTo(keeper.size() + 1L);
    assertThat(journal.check()).isEmpty();
  }

  @Test
  void closed_isUsedByNobody() {
    journal.close();
    journal.close();
    assertThatThrownBy(this::submitted).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> journal.list(Asked.ALL)).isInstanceOf(IllegalStateException.class);
  }
}
