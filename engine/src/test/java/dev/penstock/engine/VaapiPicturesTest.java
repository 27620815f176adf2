package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Films through libav's VA-API, on GPUs that the lab plays: every picture, in its order. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class VaapiPicturesTest {
  private static final int PICTURES = 50;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"radeon, H264", "radeon, HEVC", "arc, H264", "arc, HEVC"})
  void whatAGpuDecodes_staysInItsMemory(String gpu, VideoCodec codec) {
    Path source = source("libx264", "yuv420p");

    Transcoding.Done done = job(source, codec).on(machine(gpu).gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertAlike(done.file(), source, "", 38);
  }

  @ParameterizedTest
  @CsvSource({"radeon", "arc"})
  void aSmallerPicture_isScaledThere(String gpu) {
    Path source = source("libx264", "yuv420p");

    Transcoding.Done done =
        job(source, VideoCodec.H264).size(new SizeSpec.Lines(144)).on(machine(gpu).gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertAlike(done.file(), source, "scale=240:144:flags=bilinear", 26);
  }

  @ParameterizedTest
  @CsvSource({"radeon", "arc"})
  void whatAGpuDoesNotDecode_isBroughtThere(String gpu) {
    Path source = source("mpeg4", "yuv420p");

    Transcoding.Done done = job(source, VideoCodec.H264).on(machine(gpu).gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.GPU_ENCODE);
    assertAlike(done.file(), source, "", 38);
  }

  @ParameterizedTest
  @CsvSource({"radeon", "arc"})
  void tenBits_stayTenBits(String gpu) {
    Path source = source("libx265", "yuv420p10le");

    Transcoding.Done done = job(source, VideoCodec.HEVC).on(machine(gpu).gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertAlike(done.file(), source, "", 38);
  }

  @ParameterizedTest
  @CsvSource({"radeon, H264", "radeon, HEVC", "arc, H264", "arc, HEVC"})
  void segments_areOneFilm(String gpu, VideoCodec codec) {
    Path source = source("libx264", "yuv420p");

    Transcoding.Done done =
        job(source, codec)
            .segments(new Segments.Every(Duration.ofSeconds(1)))
            .lanes(2)
            .on(machine(gpu).gpus())
            .run();

    assertThat(done.report().pieces()).map(Report.Pieces::segments).contains(2);
    assertAlike(done.file(), source, "", 38);
  }

  private Transcoding job(Path source, VideoCodec codec) {
    return Transcoding.of(source, folder.resolve("out.mp4"))
        .codec(codec)
        .quality(20)
        .segments(new Segments.Off());
  }

  private LabMachine machine(String gpu) {
    Path gpus = folder.resolve("gpus");
    return gpu.equals("arc") ? LabMachine.arc(gpus) : LabMachine.radeon(gpus);
  }

  private static Path source(String encoder, String format) {
    String quiet = encoder.equals("libx265") ? " -x265-params log-level=error" : "";
    return Clips.make(
        "source.mp4",
        "-f lavfi -i testsrc2=s=320x192:r=25:d=2,format=" + format,
        "-c:v " + encoder + " -g 25 -bf 2" + (encoder.equals("mpeg4") ? " -q:v 3" : " -crf 14"),
        "-pix_fmt " + format + quiet);
  }

  private static void assertAlike(Path file, Path source, String filters, double least) {
    assertThat(Pictures.psnr(file, source, filters)).hasSize(PICTURES);
    assertThat(Pictures.leastPsnr(file, source, filters)).isGreaterThan(least);
  }
}
