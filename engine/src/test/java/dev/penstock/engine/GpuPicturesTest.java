package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Filter;
import dev.penstock.model.JobSpec.Hardware;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What GPUs make of a film is what the processor makes of it. */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class GpuPicturesTest {
  @TempDir Path folder;

  /**
   * A film and what is done with it.
   *
   * <p>Filters are those of the plan for the GPUs, by name: what stands before {@code hwupload},
   * and behind {@code hwdownload}, runs on the processor.
   */
  private enum Film {
    TEN_BITS(Tier.GPU_ENCODE, 36, "format hwupload scale_cuda setsar") {
      @Override
      Path clip() {
        return made("ten.mp4", SOURCE + ",format=yuv420p10le", "-c:v libx265 -preset ultrafast");
      }

      @Override
      Transcoding on(Transcoding job) {
        return job.codec(VideoCodec.HEVC).size(SMALLER);
      }
    },
    INTERLACED(Tier.FULL_GPU, 36, "bwdif_cuda scale_cuda setsar") {
      @Override
      Path clip() {
        return made(
            "fields.mp4",
            "testsrc2=s=320x192:r=50:d=1,format=yuv420p,interlace=lowpass=off",
            "-c:v libx264 -preset ultrafast -flags +ildct+ilme -x264-params tff=1");
      }

      @Override
      Transcoding on(Transcoding job) {
        return job.size(SMALLER);
      }
    },
    ODD_SIZE(Tier.FULL_GPU, 48, "") {
      @Override
      Path clip() {
        return made(
            "odd.webm",
            SOURCE.replace("320x192", "317x191"),
            "-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 0");
      }
    },
    CHANGING(Tier.FULL_GPU, 48, "") {
      @Override
      Path clip() {
        return Clips.joined(
            "changing.ts",
            made("one.ts", SOURCE, H264),
            made("two.ts", SOURCE.replace("320x192", "240x144"), H264));
      }
    },
    CROPPED(Tier.FULL_GPU, 48, "hwdownload format crop hwupload") {
      @Override
      Transcoding on(Transcoding job) {
        return job.crop(240, 144, 40, 24);
      }
    },
    PADDED(Tier.FULL_GPU, 48, "pad_cuda") {
      @Override
      Transcoding on(Transcoding job) {
        return job.pad(new PadSpec.Aspect(new Rational(16, 9)));
      }
    },
    SLOWER(Tier.FULL_GPU, 36, "fps scale_cuda setsar") {
      @Override
      Transcoding on(Transcoding job) {
        return job.size(SMALLER).fps("10");
      }
    },
    FASTER(Tier.FULL_GPU, 48, "fps") {
      @Override
      Transcoding on(Transcoding job) {
        return job.fps("50");
      }
    },
    TURNED(Tier.FULL_GPU, 48, "hwdownload format transpose hwupload") {
      @Override
      Path clip() {
        return Clips.make("turned.mp4", "-display_rotation 90 -i " + super.clip() + " -c copy");
      }
    };

    private static final String SOURCE = "testsrc2=s=320x192:r=25:d=1,format=yuv420p";
    private static final String H264 = "-c:v libx264 -preset ultrafast";
    private static final SizeSpec SMALLER = new SizeSpec.Exactly(new Size(240, 144));

    private final Tier tier;
    private final double alike;
    private final String filters;

    /**
     * @param alike of the outputs of high quality against each other, in dB; scalers differ, as the
     *     one of the processor reads more pixels
     */
    Film(Tier tier, double alike, String filters) {
      this.tier = tier;
      this.alike = alike;
      this.filters = filters;
    }

    Path clip() {
      return made("plain.mp4", SOURCE, H264);
    }

    private static Path made(String name, String source, String coding) {
      return Clips.make("gpu-" + name, "-f lavfi -i " + source, coding + " -crf 10 -g 25");
    }

    Transcoding on(Transcoding job) {
      return job;
    }
  }

  @ParameterizedTest
  @EnumSource
  void isWhatTheProcessorMakes(Film film) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Path source = film.clip();
    Transcoding.Done onGpu = job(film, source, "gpu.mp4").on(machine.gpus()).run();
    Transcoding.Done software = job(film, source, "software.mp4").hardware(Hardware.OFF).run();

    Media.Stream one = onGpu.media().video();
    Media.Stream other = software.media().video();
    assertThat(one.size()).isEqualTo(other.size());
    assertThat(one.times()).isEqualTo(other.times());
    assertThat(one.fact("pix_fmt")).isEqualTo(other.fact("pix_fmt"));
    assertThat(aspect(one)).isEqualTo(aspect(other));
    assertThat(Pictures.leastPsnr(onGpu.file(), software.file(), "")).isGreaterThan(film.alike);
    assertThat(onGpu.report().plan().tier()).isEqualTo(film.tier);
    assertThat(filters(onGpu)).isEqualTo(film.filters);
  }

  /** NVENC writes that pixels are square where others leave it out. */
  private static String aspect(Media.Stream video) {
    return video.fact("sample_aspect_ratio").replace("N/A", "1:1");
  }

  private Transcoding job(Film film, Path source, String output) {
    Transcoding job =
        Transcoding.of(source, folder.resolve(output))
            .codec(VideoCodec.H264)
            .quality(8)
            .segments(new Segments.Off());
    return film.on(job);
  }

  private static String filters(Transcoding.Done done) {
    return done.report().plan().tracks().stream()
        .filter(Plan.EncodeVideo.class::isInstance)
        .map(track -> ((Plan.EncodeVideo) track).filters())
        .map(List::stream)
        .map(all -> String.join(" ", all.map(Filter::name).toList()))
        .findFirst()
        .orElseThrow();
  }
}
