package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Preset;
import dev.penstock.model.Report;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Segments of several GPUs keep a bit rate as one stream does. */
@ExtendWith(NoLeaks.class)
@Timeout(240)
class GpuRatesTest {
  private static final int SECONDS = 24;
  private static final long BITS = 400_000;

  @TempDir Path folder;

  private enum Rate {
    CONSTANT(job -> job.bitrate(BITS).maxBitrate(BITS)),
    CAPPED(job -> job.bitrate(BITS).maxBitrate(2 * BITS)),
    VARIABLE(job -> job.bitrate(BITS));

    private final UnaryOperator<Transcoding> wish;

    Rate(UnaryOperator<Transcoding> wish) {
      this.wish = wish;
    }
  }

  /** Some seconds are much harder than others. */
  private static Path source() {
    return Clips.make(
        "gpu-rates.mp4",
        "-f lavfi -i testsrc2=s=320x192:r=25:d="
            + SECONDS
            + ",noise=alls=30:allf=t:enable='lt(mod(t\\,5)\\,2)'",
        "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p -g 25");
  }

  private Transcoding job(String output, Rate rate) {
    return rate.wish
        .apply(Transcoding.of(source(), folder.resolve(output)))
        .codec(VideoCodec.H264)
        .preset(Preset.P4)
        .size(new SizeSpec.Exactly(new Size(240, 144)))
        .segments(new Segments.Every(Duration.ofSeconds(6)));
  }

  @ParameterizedTest
  @EnumSource
  void aBitRate_isKeptOverSegmentsOfTwoGpus(Rate rate) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Transcoding.Done one = job("one.mp4", rate).on(machine.gpus()).lanes(1).run();
    Transcoding.Done four = job("four.mp4", rate).on(machine.gpus()).lanes(4).run();
    LabMachine faulty =
        LabMachine.of(
            folder.resolve("faulty"),
            "0 nvEncEncodePicture from 60 5",
            "0 cuDevicePrimaryCtxRetain from 3 999");
    Transcoding.Done faults = job("faults.mp4", rate).on(faulty.gpus()).lanes(4).run();

    assertThat(one.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(one.report().pieces()).map(Report.Pieces::segments).contains(4);
    assertThat(faults.report().warnings()).anyMatch(line -> line.contains("failed in segment-"));
    assertThat(four.file()).hasSameBinaryContentAs(one.file());
    assertThat(faults.file()).hasSameBinaryContentAs(one.file());
    System.out.println(
        rate
            + " "
            + one.report().tracks().getFirst().bytes() * 8 / SECONDS
            + " "
            + one.report().buffers()
            + one.report().pieces()
            + one.report().warnings()
            + one.choice("segments")
            + one.report().receipt().decisions().stream()
                .filter(d -> d.subject().equals("segments"))
                .toList());
    assertThat(one.report().tracks().getFirst().bytes() * 8 / (double) SECONDS)
        .isCloseTo(BITS, withPercentage(3));
  }
}
