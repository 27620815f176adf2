package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Planning;
import dev.penstock.model.Rational;
import dev.penstock.model.Receipt;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.Optional;
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
}
