package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A GPU that never answers. What hangs in it can be freed by nobody, so handles stay open here. */
@Timeout(120)
class HungGpuTest {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @TempDir Path folder;

  private static Path source(String name, int seconds) {
    return Clips.make(
        name,
        "-f lavfi -i testsrc2=s=320x192:r=25:d="
            + seconds
            + " -c:v libx264 -preset ultrafast -g 25"
            + " -pix_fmt yuv420p");
  }

  private Transcoding job(LabMachine machine) {
    return Transcoding.of(source("hung-source.mp4", 4), folder.resolve("out.mp4"))
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)))
        .on(machine.gpus())
        .patience(PATIENCE);
  }

  private static void assertComplete(Report report) {
    assertThat(report.tracks().getFirst().packetsOut()).isEqualTo(100);
    assertThat(report.verification().failed()).isEmpty();
  }

  @Test
  void itsWork_isDoneByTheOther() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 nvEncEncodePicture from 20 hang");
    Report report = job(machine).run().report();

    assertComplete(report);
    assertThat(report.warnings()).anyMatch(line -> line.contains("has not answered for 2 s"));
  }

  @Test
  void oneThatHangsWhenItIsOpened_isLeftOut() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 cuDevicePrimaryCtxRetain hang");
    Report report = job(machine).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertComplete(report);
    assertThat(report.warnings())
        .anyMatch(line ->
            line.startsWith("NVIDIA L40S (0000:21:00.0) failed in segment-0000")
                && line.contains("could not be opened in 2 s")
                && line.endsWith("this one is left out from here on"));
  }

  @Test
  void allThatHangWhenTheyAreOpened_leaveTheWorkToTheProcessor() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "* cuDevicePrimaryCtxRetain hang");
    Report report = job(machine).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertComplete(report);
    assertThat(report.receipt().notes())
        .filteredOn(note -> note.startsWith("all of it was done again"))
        .as("no other way through GPUs that do not answer")
        .containsExactly("all of it was done again, another way: software");
  }

  @Test
  void oneThatHangsWhenItIsClosed_doesNotKeepTheJob() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 cuStreamDestroy hang");
    Report report = job(machine).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertComplete(report);
    assertThat(report.warnings())
        .containsExactly(
            "NVIDIA L40S (0000:21:00.0) did not let go of what was open on it in 2 s; that is left"
                + " to the end of the process");
  }

  /** Nobody waits for the sessions of what hangs: they become free with the end of the process. */
  @Test
  void theOnlySession_isNotWaitedFor() {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"), "system sessions 1 21", "* nvEncEncodePicture from 20 hang");
    Report report =
        job(machine)
            .on(machine.gpusOfUnknownLimit())
            .sessions(new Engine.Sessions(folder.resolve("state"), Duration.ofMinutes(5)))
            .lanes(2)
            .run()
            .report();

    assertComplete(report);
    assertThat(report.plan().acceleration().flatMap(gpu -> gpu.encoding())).isEmpty();
    assertThat(report.receipt().notes()).anyMatch(note -> note.contains("and 1 of them hang"));
  }

  /** Nothing moves for longer than a GPU may be silent, and none has been asked anything. */
  @Test
  void aSourceThatPauses_isNoGpuThatHangs() throws Exception {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Path pipe = folder.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    CountDownLatch works = new CountDownLatch(1);
    Thread writer =
        Thread.startVirtualThread(() -> copyPausing(source("paused.mkv", 12), pipe, works));
    Report report =
        Transcoding.of(pipe, folder.resolve("out.mp4"))
            .codec(VideoCodec.HEVC)
            .on(machine.gpus())
            .patience(PATIENCE)
            .progress(progress -> {
              if (progress.frames() > 0) {
                works.countDown();
              }
            })
            .run()
            .report();

    writer.join();
    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(report.tracks().getFirst().packetsOut()).isEqualTo(300);
    assertThat(report.warnings()).isEmpty();
  }

  /** Once it is worked on, for twice as long as a GPU may. */
  private static void copyPausing(Path source, Path pipe, CountDownLatch works) {
    try (OutputStream out = Files.newOutputStream(pipe)) {
      byte[] bytes = Files.readAllBytes(source);
      int most = bytes.length * 3 / 4;
      out.write(bytes, 0, most);
      out.flush();
      works.await();
      boolean _ = new CountDownLatch(1).await(2 * PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      out.write(bytes, most, bytes.length - most);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
