package dev.penstock.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Urgency;
import dev.penstock.node.Clock;
import dev.penstock.node.JobId;
import dev.penstock.node.JobQuery;
import dev.penstock.node.JobRecord;
import dev.penstock.node.Jobs;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A long queue costs no more than a short one. Bounds are five times what is promised. */
class LargeTest {
  private static final Duration ASKED = Duration.ofMillis(100);
  private static final Duration OPENED = Duration.ofSeconds(15);

  @Test
  void hundredThousandQueued_areListedAndClaimedAtOnce(@TempDir Path folder) {
    var clock = new Clock();
    Journal.open(folder, clock, new Random(1)).close();
    fill(folder.resolve("journal.db"));
    long began = System.nanoTime();
    try (Journal journal = Journal.open(folder, clock, new Random(1))) {
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(OPENED);
      assertThat(journal.counts()).isEqualTo(Map.of("queued", 100_000L));
      JobRecord middle =
          journal
              .list(
                  Asked.query(
                      Optional.empty(), Set.of(), Optional.empty(), 1, Optional.of(id(50_000))))
              .jobs()
              .getFirst();
      quick(() -> journal.queued(Optional.empty(), Optional.empty(), 1));
      quick(() -> journal.queued(Optional.empty(), Optional.of(middle), 1));
      quick(() -> journal.queued(Optional.of(Urgency.LIVE), Optional.empty(), 1));
      quick(() ->
          journal.list(
              Asked.query(
                  Optional.empty(), Set.of(), Optional.empty(), 100, Optional.of(id(50_000)))));
      quick(() ->
          journal.list(
              Asked.query(
                  Optional.empty(),
                  Set.of("failed", "queued"),
                  Optional.empty(),
                  100,
                  Optional.of(id(50_000)))));
      quick(() ->
          journal.list(
              Asked.query(
                  Optional.of("nobody"),
                  Set.of(),
                  Optional.of(Urgency.LIVE),
                  100,
                  Optional.empty())));
      quick(() -> journal.list(Asked.labelled(Map.of("n", "7"), 100, Optional.empty())));
      JobQuery all =
          Asked.query(Optional.empty(), Set.of(), Optional.empty(), 100, Optional.empty());
      quick(() -> journal.list(Asked.worded(all, "master")));
      quick(() -> journal.list(Asked.worded(all, "nothing", "like", "it")));
      JobQuery some =
          Asked.query(
              Optional.of("a"), Set.of("queued", "done"), Optional.empty(), 100, Optional.empty());
      quick(() -> journal.list(Asked.worded(some, "nothing")));
      assertThat(pages(journal, Asked.worded(all, "show-000007"))).containsExactly(id(7));
      assertThat(pages(journal, Asked.worded(some, "show-000007"))).containsExactly(id(7));
      JobQuery ofOthers =
          Asked.query(Optional.of("b"), Set.of(), Optional.empty(), 100, Optional.empty());
      assertThat(journal.list(Asked.worded(ofOthers, "show")))
          .as("ids of others are not told")
          .isEqualTo(new Jobs.Page(List.of(), Optional.empty()));
      quick(() -> journal.change(middle.id(), middle.sequence(), Step.to(Asked.running(middle))));
      quick(() -> claim(journal));
      quick(() -> journal.due(clock.instant()));
      quick(journal::counts);
    }
  }

  /** The next one is found, and durably begun. */
  private static void claim(Journal journal) {
    JobRecord next = journal.queued(Optional.empty(), Optional.empty(), 1).getFirst();
    assertThat(journal.change(next.id(), next.sequence(), Step.to(Asked.running(next))))
        .isPresent();
  }

  /** All that is found, over all pages. */
  private static List<JobId> pages(Journal journal, JobQuery query) {
    var found = new ArrayList<JobId>();
    Optional<JobId> before = Optional.empty();
    do {
      var page = journal.list(Asked.before(query, before));
      page.jobs().forEach(job -> found.add(job.id()));
      before = page.next();
    } while (before.isPresent());
    return found;
  }

  private static void quick(Runnable asks) {
    long best =
        LongStream.range(0, 3)
            .map(_ -> {
              long began = System.nanoTime();
              asks.run();
              return System.nanoTime() - began;
            })
            .min()
            .orElseThrow();
    assertThat(Duration.ofNanos(best)).isLessThan(ASKED);
  }

  private static JobId id(int number) {
    return new JobId("01%024d".formatted(number));
  }

  // By SQL: submitting them one by one is what another test is for.
  private static void fill(Path file) {
    try (Sql sql = Sql.open(file, List.of())) {
      sql.run("BEGIN");
      sql.run(
          "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)"
              + " INSERT INTO jobs SELECT printf('01%024d', i), 'a', NULL, 1 + i % 2, i % 101,"
              + " 9223372036854775807, 'queued', '{\"kind\":\"Queued\"}', 0, 0, i, i, i, NULL FROM n");
      sql.run(
          "INSERT INTO submissions SELECT id, printf('{\"input\": \"%01000d\"}', sequence), NULL,"
              + " '{}', '[]', NULL FROM jobs");
      sql.run(
          "INSERT INTO searched SELECT id, 'a', printf('show=%d\n/srv/media/incoming/show-%06d/"
              + "episode-%04d-master.mov\n/srv/media/outgoing/show-%06d/episode-%04d.mp4',"
              + " sequence % 1000, sequence, sequence, sequence, sequence) FROM jobs");
      sql.run("INSERT INTO labels SELECT 'n', sequence % 1000, id FROM jobs");
      sql.run(
          "INSERT INTO events SELECT sequence, submitted, 'job.queued', id, tenant,"
              + " '{\"to\":\"queued\"}' FROM jobs");
      sql.run("COMMIT");
    }
  }
}
