package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.http.JobView;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node with four GPUs, in good days and in bad ones. */
@Timeout(180)
class FourGpusTest {
  private static final int JOBS = 4;

  @TempDir Path folder;

  private Path clip() throws IOException {
    return Oracle.clip(
        folder,
        "clip.mkv",
        "-filter_complex testsrc2=size=192x108:rate=25:duration=3 -c:v mpeg4 -g 25 -b:v 1M"
            .split(" "));
  }

  private String spec(Path clip, String out) {
    return """
    {"transcode": {"input": "%s", "output": "%s", "codec": "h264", "audio": "none",
     "hardware": "require", "segments": "1s"}}
    """
        .formatted(clip, folder.resolve(out));
  }

  private List<JobView> submitted(Serving serving, Path clip, String name) {
    List<JobView> jobs = new ArrayList<>();
    for (int i = 0; i < JOBS; i++) {
      jobs.add(serving.submit(spec(clip, name + i + ".mp4"), "batch"));
    }
    return jobs;
  }

  @Test
  void jobs_areDoneOnAll_alsoWhereOneIsLostAndOneBringsWorkersDown() throws Exception {
    Path clip = clip();
    FourGpus healthy = FourGpus.in(folder.resolve("healthy"), "* slow 0.02");
    try (Serving serving = Serving.in(folder.resolve("healthy"), "log", healthy.environment())) {
      for (JobView job : submitted(serving, clip, "healthy")) {
        JobView done = serving.ended(job);
        assertThat(done.state()).as(String.valueOf(done.failure())).isEqualTo("done");
        assertThat(done.attempts()).isEqualTo(1);
        assertThat(serving.client().report(job.id()).toString())
            .contains("h264_nvenc")
            .containsPattern("0000:[2468]1:00\\.0");
      }
    }
    assertThat(gpusOfSessions(healthy)).hasSizeGreaterThan(1);

    FourGpus bad =
        FourGpus.in(
            folder.resolve("bad"),
            "0 lost frame 20",
            "0 * frame 20 !15",
            "1 nvEncEncodePicture from 30 abort");
    try (Serving serving = Serving.in(folder.resolve("bad"), "log", bad.environment())) {
      int attempts = 0;
      for (JobView job : submitted(serving, clip, "bad")) {
        JobView done = serving.ended(job);
        assertThat(done.state()).as(String.valueOf(done.failure())).isEqualTo("done");
        attempts += done.attempts();
      }
      assertThat(attempts).isBetween(JOBS + 2, 4 * JOBS);
    }
    assertThat(bad.storyOf(0, "is lost").stream().filter(line -> line.contains(" begins")))
        .isEmpty();
    for (int i = 0; i < JOBS; i++) {
      assertThat(folder.resolve("bad" + i + ".mp4"))
          .hasSameBinaryContentAs(folder.resolve("healthy" + i + ".mp4"));
    }
  }

  private static Set<String> gpusOfSessions(FourGpus gpus) {
    return gpus.fleet().story().stream()
        .filter(line -> line.contains(" begins"))
        .map(line -> line.split(" ", 3)[1])
        .collect(Collectors.toSet());
  }
}
