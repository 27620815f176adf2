package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.journal.Asked;
import dev.penstock.node.journal.Journal;
import dev.penstock.node.worker.Backoff;
import dev.penstock.node.worker.Programs;
import dev.penstock.node.worker.ScriptedWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What goes wrong with one job is no trouble to others; workers are scripted. */
@Timeout(60)
class TroubledJobsTest {
  @TempDir Path folder;
  private final BlockingQueue<JobEvent> ends = new LinkedBlockingQueue<>();
  private Journal journal;
  private Flow flow;

  @BeforeEach
  void open() {
    journal = Journal.open(folder, InstantSource.system(), new Random(1));
    AutoCloseable _ =
        journal.subscribe(event -> {
          if (Set.of("job.done", "job.failed", "job.cancelled").contains(event.kind())) {
            ends.add(event);
          }
        });
    flow =
        Flow.open(
            journal,
            folder,
            Programs.of(ScriptedWorker.class, "obeys"),
            new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1), Duration.ofMinutes(1)),
            new Bare(),
            new Fussy(),
            List.of());
  }

  @AfterEach
  void close() {
    flow.close();
    journal.close();
  }

  /** Counts reports, as far as they are. */
  private static final class Fussy extends Nobody {
    @Override
    public void report(String json) {
      if (!json.startsWith("{")) {
        throw new IllegalArgumentException(json);
      }
    }
  }

  private JobId submitted(String spec) {
    return journal.submit(Asked.job("acme", spec)).job().id();
  }

  private void isOver(JobId id, String kind) throws InterruptedException {
    JobEvent end = ends.take();
    assertThat(end.job()).contains(id);
    assertThat(end.kind()).isEqualTo(kind);
  }

  @Test
  void aReportThatIsNone_isNoTroubleToItsJob_norToOthers() throws Exception {
    isOver(submitted("no report"), "job.done");
    isOver(submitted("{}"), "job.done");
    assertThat(flow.transcode().isAlive(Duration.ofSeconds(15))).isTrue();
  }

  @Test
  void whatPlanningLeft_isRemoved_whenItIsWhereTheJobEnds() throws Exception {
    JobId id = submitted("no plan");
    isOver(id, "job.failed");
    // What is done after one of them is done when the next one ends.
    isOver(submitted("{}"), "job.done");
    assertThat(Files.exists(folder.resolve("work").resolve(id.value()))).isFalse();
  }
}
