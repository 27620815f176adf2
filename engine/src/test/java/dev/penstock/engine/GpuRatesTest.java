package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Media;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Segments of several GPUs keep a bit rate as one stream does. */
@ExtendWith(NoLeaks.class)
@Timeout(240)
class GpuRatesTest {
  private static final int SECONDS = 24;
  private static final long BITS = 180_000;

  @TempDir Path folder;

  private enum Rate {
    CONSTANT(BITS, job -> job.bitrate(BITS).maxBitrate(BITS)),
    CAPPED(2 * BITS, job -> job.bitrate(BITS).maxBitrate(2 * BITS)),
    VARIABLE(0, job -> job.bitrate(BITS));

    private final long most;
    private final UnaryOperator<Transcoding> wish;

    /**
     * @param most bits a second, or 0
     */
    Rate(long most, UnaryOperator<Transcoding> wish) {
      this.most = most;
      this.wish = wish;
    }
  }

  /** Some seconds are much harder than others. */
  private static Path source(int seconds, String hard) {
    return Clips.make(
        "gpu-rates-" + seconds + ".mp4",
        "-f lavfi -i testsrc2=s=160x96:r=25:d="
            + seconds
            + ",noise=alls=30:allf=t:enable='"
            + hard
            + "'",
        "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p -g 25");
  }

  private Transcoding job(String output, Rate rate) {
    Path source = source(SECONDS, "lt(mod(t\\,5)\\,2)");
    return job(source, output, rate).segments(new Segments.Every(Duration.ofSeconds(6)));
  }

  private Transcoding job(Path source, String output, Rate rate) {
    return rate.wish
        .apply(Transcoding.of(source, folder.resolve(output)))
        .codec(VideoCodec.H264)
        .preset(Preset.P4)
        .size(new SizeSpec.Exactly(new Size(160, 96)));
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
    assertThat(one.report().tracks().getFirst().bytes() * 8 / (double) SECONDS)
        .isCloseTo(BITS, withPercentage(3));
    if (rate.most > 0) {
      assertThat(one.report().buffers())
          .singleElement()
          .satisfies(buffer -> assertThat(buffer.leastFullness()).isNotNegative());
      assertNoPictureLate(one.file(), rate.most);
    }
  }

  /** By the sizes in the file, for a player that begins with half a buffer of two seconds. */
  private static void assertNoPictureLate(Path file, long rate) {
    double size = 2.0 * rate;
    double held = 0.5 * size;
    double before = Double.NaN;
    for (Media.Row packet : Media.packets(file, "dts_time", "size")) {
      double at = packet.micros("dts_time") / 1e6;
      held = Double.isNaN(before) ? held : Math.min(size, held + (at - before) * rate);
      held -= 8.0 * Long.parseLong(packet.fact("size"));
      assertThat(held).as("at %s s", at).isNotNegative();
      before = at;
    }
  }

  @ParameterizedTest
  @CsvSource({"4, 3", "6, 2"})
  void fewerBitsThanTheEncoderCanDoWith_areSaid(int seconds, int segments) {
    Path noise =
        Clips.make(
            "gpu-rates-noise.mp4",
            "-f lavfi -i nullsrc=s=160x96:r=25:d=12,format=gray,geq=255*gt(random(1)\\,0.5)",
            "-c:v libx264 -preset ultrafast -crf 12 -pix_fmt yuv420p -g 25");
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Report report =
        job(noise, "out.mp4", Rate.VARIABLE)
            .bitrate(20_000)
            .segments(new Segments.Every(Duration.ofSeconds(seconds)))
            .on(machine.gpus())
            .run()
            .report();

    assertThat(report.pieces()).map(Report.Pieces::segments).contains(segments);
    assertThat(report.tracks().getFirst().bytes() * 8 / 12.0).isGreaterThan(21_000);
    assertThat(report.warnings())
        .anyMatch(line ->
            line.startsWith("track 0 of the plan: it takes ")
                && line.contains(" bit/s where 20000 were asked for"));
  }

  /** What comes before leaves less than the segment was encoded for. */
  @Test
  void aSegmentBeforeWhichTheBufferIsTooEmpty_isMadeAgain() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Report report =
        job(source(12, "lt(mod(t\\,4)\\,1.5)"), "out.mp4", Rate.CONSTANT)
            .segments(new Segments.Every(Duration.ofSeconds(3)))
            .on(machine.gpus())
            .run()
            .report();

    assertThat(report.pieces().orElseThrow().again()).isPositive();
    assertThat(report.buffers().getFirst().leastFullness()).isNotNegative();
    assertThat(machine.fleet().received().values())
        .extracting(fields -> fields.get("NV_ENC_RC_PARAMS.vbvBufferSize"))
        .contains(Long.toString(BITS))
        .anySatisfy(room -> assertThat(Long.parseLong(room)).isLessThan(BITS));
  }
}
