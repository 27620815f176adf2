package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.http.JobView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What gives way keeps what it has done. */
@Timeout(120)
class GivingWayTest {
  /** How many processors there are decides when there is no room. */
  private static final Map<String, String> TWO_PROCESSORS =
      Map.of("JDK_JAVA_OPTIONS", "-XX:ActiveProcessorCount=2");

  @TempDir static Path clips;
  @TempDir Path folder;

  @BeforeAll
  static void makeClips() throws IOException {
    Oracle.clip(
        clips,
        "long.mkv",
        ("-filter_complex testsrc2=size=320x180:rate=25:duration=20 -c:v mpeg4 -g 25 -b:v 2M")
            .split(" "));
  }

  private String spec(String out, String more) {
    return """
    {"transcode": {"input": "%s", "output": "%s", "codec": "h264", "audio": "none"%s}}
    """
        .formatted(clips.resolve("long.mkv"), folder.resolve(out), more);
  }

  private static final String SLOW = ", \"preset\": \"p7\", \"segments\": \"1s\"";

  private void awaitSegment(JobView job) throws IOException, InterruptedException {
    Path work = Files.createDirectories(folder.resolve("data/work").resolve(job.id()));
    try (WatchService watch = work.getFileSystem().newWatchService()) {
      WatchKey _ = work.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
      while (!has(work)) {
        WatchKey changed = watch.poll(1, TimeUnit.SECONDS);
        if (changed != null) {
          changed.pollEvents();
          boolean _ = changed.reset();
        }
      }
    }
  }

  private static boolean has(Path work) throws IOException {
    if (!Files.isDirectory(work)) {
      return false;
    }
    try (Stream<Path> all = Files.list(work)) {
      return all.anyMatch(each -> each.getFileName().toString().matches("segment-\\d+"));
    }
  }

  private static long reused(Serving serving, JobView job) {
    return serving.client().report(job.id()).path("pieces").path("reused").asLong();
  }

  @Test
  void batchWork_givesWayToLive_andGoesOn() throws Exception {
    try (Serving serving = Serving.in(folder, "log", TWO_PROCESSORS)) {
      JobView batch = serving.submit(spec("batch.mp4", SLOW), "batch");
      awaitSegment(batch);
      JobView live = serving.submit(spec("live.mp4", ", \"preset\": \"p5\""), "live");

      assertThat(serving.ended(live).state()).isEqualTo("done");
      JobView done = serving.ended(batch);
      assertThat(done.state()).isEqualTo("done");
      assertThat(done.attempts()).isGreaterThan(1);
      assertThat(reused(serving, done)).isPositive();
    }
  }

  @Test
  void aDaemonThatIsToldToEnd_letsJobsGiveWay_andLeavesNothingBeside() throws Exception {
    JobView job;
    try (Serving serving = Serving.in(folder, "log-0", Map.of())) {
      job = serving.submit(spec("out.mp4", SLOW), "batch");
      awaitSegment(job);
    }
    assertThat(folder.resolve("log-0")).content().contains("go on after the next start: 1");
    try (Stream<Path> left = Files.list(folder)) {
      assertThat(left.map(each -> each.getFileName().toString()))
          .containsExactlyInAnyOrder("data", "log-0");
    }
    try (Serving serving = Serving.in(folder, "log-1", Map.of())) {
      JobView done = serving.ended(job);
      assertThat(done.state()).isEqualTo("done");
      assertThat(done.attempts()).isEqualTo(2);
      assertThat(reused(serving, done)).isPositive();
    }
  }
}
