package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** Jobs of the words that tables of what reaches an encoder are written in. */
final class FieldJobs {
  private static final String BT709 =
      "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709";

  private FieldJobs() {}

  /** A job of words, some hundred pictures at most. */
  static Transcoding job(String text, Path out) {
    List<String> words = Arrays.asList(text.split(" "));
    Transcoding job =
        Transcoding.of(clip(words.contains("ten-bits")), out)
            .codec(VideoCodec.H264)
            .segments(new Segments.Off());
    for (int i = 0; i + 1 < words.size(); i += 2) {
      set(words.get(i), words.get(i + 1), job);
    }
    return job;
  }

  private static void set(String option, String value, Transcoding job) {
    switch (option) {
      case "--codec" -> job.codec(VideoCodec.valueOf(value.toUpperCase(java.util.Locale.ROOT)));
      case "--preset" -> job.preset(Preset.valueOf(value.toUpperCase(java.util.Locale.ROOT)));
      case "--tune" -> job.tune(Tuning.of(value).orElseThrow());
      case "--quality" -> job.quality(Double.parseDouble(value));
      case "--bitrate" -> job.bitrate(bits(value));
      case "--max-bitrate" -> job.maxBitrate(bits(value));
      case "--buffer" -> job.buffer(bits(value));
      case "--gop" -> job.gop(gop(value));
      case "--segments" ->
          job.segments(new Segments.Every(Duration.ofSeconds(Long.parseLong(value))));
      case "--size" -> job.size(new SizeSpec.Lines(Integer.parseInt(value)));
      case "--fps" -> job.fps(value);
      case "--pixel-format" -> job.pixelFormat(value);
      case "--input", "--gpu" -> {}
      default -> {
        assertThat(option).startsWith("--encoder:");
        job.encoderOption(option.substring("--encoder:".length()), value);
      }
    }
  }

  private static long bits(String value) {
    return value.endsWith("M")
        ? Long.parseLong(value.replace("M", "")) * 1_000_000
        : Long.parseLong(value);
  }

  private static Gop gop(String value) {
    return value.endsWith("s")
        ? new Gop.Time(Duration.ofSeconds(Long.parseLong(value.replace("s", ""))))
        : new Gop.Frames(Integer.parseInt(value));
  }

  private static Path clip(boolean tenBits) {
    return tenBits
        ? Clips.make(
            "fields.mp4",
            "-f lavfi -i testsrc2=s=320x192:r=25:d=0.4,format=yuv420p10le",
            "-c:v libx265 -preset ultrafast -crf 12 -color_range tv",
            "-color_primaries bt2020 -colorspace bt2020nc -color_trc smpte2084",
            "-x265-params log-level=error:colorprim=bt2020:colormatrix=bt2020nc"
                + ":transfer=smpte2084:hdr10=1:max-cll=1000,400"
                + ":master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)")
        : Clips.make(
            "fields.mp4",
            "-f lavfi -i testsrc2=s=320x192:r=25:d=2,format=yuv420p,setparams=" + BT709,
            "-c:v libx264 -preset ultrafast -g 25 -bf 2");
  }
}
