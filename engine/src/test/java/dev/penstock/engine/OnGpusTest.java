package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Failure;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.Hardware;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Preset;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs through the real NVENC and NVDEC wrappers, on two virtual GPUs. */
@ExtendWith(NoLeaks.class)
@Timeout(240)
class OnGpusTest {
  private static final int FRAMES = 200;

  @TempDir Path folder;

  /** Eight seconds in H.264, a key frame every second. */
  private static Path source() {
    return Clips.make(
        "gpu-source.mp4",
        "-f lavfi -i testsrc2=s=320x192:r=25:d=8 -c:v libx264 -preset ultrafast -g 25"
            + " -pix_fmt yuv420p");
  }

  private Transcoding job() {
    return Transcoding.of(source(), folder.resolve("out.mp4"))
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)));
  }

  private static void assertComplete(Report report) {
    assertThat(report.tracks().getFirst().encoded()).isEqualTo(FRAMES);
    assertThat(report.tracks().getFirst().packetsOut()).isEqualTo(FRAMES);
    assertThat(report.verification().failed()).isEmpty();
  }

  @Test
  void allOfItOnTheGpus_inParallel() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Report report = job().on(machine.gpus()).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertComplete(report);
    assertThat(report.warnings()).isEmpty();
    assertThat(machine.fleet().received()).hasSize(4);
  }

  @Test
  void whatTheUserAsked_reachesTheEncoder() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    job()
        .on(machine.gpus())
        .preset(Preset.P6)
        .gop(new Gop.Time(Duration.ofSeconds(2)))
        .bitrate(5_000_000)
        .run();

    Map<String, String> received = machine.fleet().received().get(1);
    assertThat(received)
        .containsEntry("NV_ENC_CONFIG.gopLength", "50")
        .containsEntry("NV_ENC_RC_PARAMS.averageBitRate", "5000000");
  }

  @Test
  void aGpuLostOnTheWay_leavesItsWorkToTheOther() {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "0 nvEncEncodePicture from 60 5",
            "0 cuDevicePrimaryCtxRetain from 3 999");
    Report report = job().on(machine.gpus()).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertComplete(report);
    assertThat(report.warnings())
        .anyMatch(line -> line.contains("NVIDIA L40S (0000:21:00.0) failed in segment-"));
  }

  @Test
  void allGpusLost_leavesTheWorkToTheProcessor() {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "* nvEncEncodePicture from 30 5",
            "* cuDevicePrimaryCtxRetain from 2 999");
    Report report = job().on(machine.gpus()).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.SOFTWARE);
    assertComplete(report);
    assertThat(report.receipt().notes())
        .anyMatch(note -> note.startsWith("all of it was done again, another way: "));
  }

  @Test
  void required_theLossOfAllGpusFailsTheJob() {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "* nvEncEncodePicture from 30 5",
            "* cuDevicePrimaryCtxRetain from 2 999");
    Failure failure = job().on(machine.gpus()).hardware(Hardware.REQUIRE).failure();

    assertThat(failure).isInstanceOf(Failure.DeviceLost.class);
    assertThat(folder.resolve("out.mp4")).doesNotExist();
  }

  @Test
  void fewerSessionsThanEngines_areLearntAndKeptTo() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "system sessions 2 21");
    Report report = job().on(machine.gpus()).lanes(4).run().report();

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertComplete(report);
  }

  @Test
  void aLadder_decodesOnceAndScalesInVram() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Path target = folder.resolve("ladder");
    Report report =
        Ladders.done(
            Ladders.run(
                Ladders.of(source(), target, Set.of(Form.FILES), 144, 96),
                2,
                Optional.empty(),
                machine.gpus()));

    assertThat(report.plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(report.tracks()).allSatisfy(track -> assertThat(track.encoded()).isEqualTo(FRAMES));
    assertThat(report.verification().failed()).isEmpty();
  }

  @Test
  void aLadderThatLosesAGpu_isComplete() {
    LabMachine machine =
        LabMachine.of(
            folder.resolve("gpus"),
            "0 nvEncEncodePicture from 70 5",
            "0 cuDevicePrimaryCtxRetain from 3 999");
    Report report =
        Ladders.done(
            Ladders.run(
                Ladders.of(source(), folder.resolve("ladder"), Set.of(Form.HLS), 144, 96),
                2,
                Optional.empty(),
                machine.gpus()));

    assertThat(report.tracks()).allSatisfy(track -> assertThat(track.encoded()).isEqualTo(FRAMES));
    assertThat(report.verification().failed()).isEmpty();
    assertThat(report.warnings()).anyMatch(line -> line.contains("failed in segment-"));
  }

  @Test
  void theSameOutput_whicheverGpuDidIt() throws Exception {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    job().on(machine.gpus()).lanes(4).run();
    Path other = folder.resolve("other.mp4");
    Transcoding.of(source(), other)
        .codec(VideoCodec.H264)
        .size(new SizeSpec.Lines(144))
        .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)))
        .on(machine.gpus().subList(1, 2))
        .lanes(1)
        .run();
    assertThat(other).hasSameBinaryContentAs(folder.resolve("out.mp4"));
  }
}
