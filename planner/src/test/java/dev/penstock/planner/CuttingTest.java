package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Rational;
import dev.penstock.model.Reading;
import dev.penstock.model.Receipt;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which jobs are cut into segments. */
class CuttingTest {
  /** Ten seconds of 25 pictures each, a key frame every second. */
  private static final FrameIndex FRAMES =
      new FrameIndex(
          0,
          new Rational(1, 1000),
          LongStream.range(0, 250).map(n -> 40 * n).toArray(),
          LongStream.range(0, 10).map(n -> 1000 * n).toArray(),
          Optional.empty());

  private static Job job(VideoCodec codec) {
    return Job.to("out.mkv")
        .codec(codec)
        .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)));
  }

  private static Planning.Planned planned(Job job) {
    return job.planned(TestMedia.ordinary(), FRAMES);
  }

  private static String reason(Planning.Planned planned) {
    return planned.receipt().decisions().stream()
        .filter(decision -> decision.subject().equals("segments"))
        .map(Receipt.Decision::because)
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @EnumSource(names = {"H264", "HEVC", "VP9"})
  void constantQuality_isCut(VideoCodec codec) {
    Planning.Planned planned = planned(job(codec).quality(30));

    assertThat(planned.plan().segmentation()).as(reason(planned)).isPresent();
    assertThat(planned.plan().segmentation().orElseThrow().segments()).hasSize(5);
  }

  @Test
  void encodersThatContinueCountingBits_areCutWithABitRate() {
    assertThat(planned(job(VideoCodec.H264).bitrate(1_000_000)).plan().segmentation()).isPresent();
    assertThat(planned(job(VideoCodec.HEVC).maxBitrate(1_000_000)).plan().segmentation())
        .isPresent();
  }

  @Test
  void encodersThatDoNot_stayWhole() {
    for (Job job :
        new Job[] {
          job(VideoCodec.VP9).bitrate(1_000_000), job(VideoCodec.VP9).maxBitrate(1_000_000)
        }) {
      Planning.Planned planned = planned(job);

      assertThat(planned.plan().segmentation()).isEmpty();
      assertThat(reason(planned))
          .isEqualTo("libvpx-vp9 does not continue the counting of bits from segment to segment");
    }
  }

  private static Planning.Planned onGpu(Job job) {
    return job.planned(TestMedia.ordinary(), FRAMES, TestBuild.GPL.withDevices(List.of(nvidia())));
  }

  private static Device nvidia() {
    Reading<Integer> one = Reading.of(1, "a test");
    return new Device(
        new Device.Identity(
            "NVIDIA L4",
            Device.Vendor.NVIDIA,
            Optional.empty(),
            Optional.of("0000:3b:00.0"),
            Optional.empty(),
            OptionalInt.empty(),
            OptionalInt.empty(),
            Optional.empty()),
        new Device.Engines(one, one, one, one),
        Reading.absent(Reading.Why.MISSING, "a test", ""),
        Reading.absent(Reading.Why.MISSING, "a test", ""),
        List.of(
            Capability.of(
                Capability.Direction.ENCODE,
                Capability.Api.NVENC,
                "h264",
                List.of(new Capability.Format("4:2:0", 8)),
                Capability.Evidence.PROVED,
                "a test")));
  }

  private static Plan.EncodeVideo video(Planning.Planned planned) {
    return planned.plan().tracks().stream()
        .filter(Plan.EncodeVideo.class::isInstance)
        .map(Plan.EncodeVideo.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** Reading all of the input first is worth it where segments need no analysis. */
  @Test
  void framesAreCounted_whereNvencMayKeepTheAverage() {
    MediaInfo twoMinutes = TestMedia.ordinary().lasting(120).info();
    JobSpec spec = Job.to("out.mkv").codec(VideoCodec.H264).bitrate(1_000_000).spec();

    assertThat(Cutting.wantsIndex(spec, twoMinutes, List.of())).isFalse();
    assertThat(Cutting.wantsIndex(spec, twoMinutes, List.of(nvidia()))).isTrue();
  }

  @Test
  void nvencWithABitRate_isCut() {
    Planning.Planned average = onGpu(job(VideoCodec.H264).bitrate(1_000_000));
    Planning.Planned constant =
        onGpu(job(VideoCodec.H264).bitrate(1_000_000).maxBitrate(1_000_000));

    assertThat(average.plan().segmentation()).as(reason(average)).isPresent();
    assertThat(video(average).options()).containsEntry("b", "1000000").doesNotContainKey("maxrate");
    assertThat(reason(average)).contains("each keeps the average bit rate by itself");
    assertThat(constant.plan().segmentation()).as(reason(constant)).isPresent();
    assertThat(video(constant).options()).containsEntry("bufsize", "1000000");
    assertThat(video(constant).joints().orElseThrow().buffer()).isEqualTo(2_000_000);
    assertThat(reason(constant)).contains("each keeps within half of it");
  }

  @Test
  void nvencWithABufferOfAFewPictures_staysWhole() {
    Planning.Planned planned =
        onGpu(job(VideoCodec.H264).bitrate(1_000_000).maxBitrate(1_000_000).buffer(100_000));

    assertThat(planned.plan().segmentation()).isEmpty();
    assertThat(video(planned).options()).containsEntry("bufsize", "100000");
  }

  @Test
  void nvencOfLowLatency_staysWhole() {
    Planning.Planned planned =
        onGpu(job(VideoCodec.H264).bitrate(1_000_000).tune(Tuning.LOW_LATENCY));

    assertThat(planned.plan().segmentation()).isEmpty();
  }
}
