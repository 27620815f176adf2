package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Media;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.Preset;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class TuningTest {
  @TempDir Path folder;

  private static Path clip(String format) {
    return Clips.make(
        "tuning-" + format + ".mkv",
        "-f lavfi -i testsrc2=s=192x128:r=25:d=1 -vf format=" + format + " -c:v ffv1");
  }

  private Path output(VideoCodec codec, Tuning tune) {
    return folder.resolve(codec.id() + "-" + tune.id() + ".mkv");
  }

  private Transcoding encoding(Path clip, VideoCodec codec, Tuning tune) {
    assumeThat(Transcoding.encodes(codec)).isTrue();
    return Transcoding.of(clip, output(codec, tune)).codec(codec).preset(Preset.P3).tune(tune);
  }

  @ParameterizedTest
  @CsvSource({
    "H264, yuv420p",
    "H264, yuv444p10le",
    "HEVC, yuv420p",
    "HEVC, yuv420p10le",
    "AV1, yuv420p",
    "VP9, yuv420p"
  })
  void lossless_givesThePicturesBack(VideoCodec codec, String format) {
    Path clip = clip(format);
    if (codec == VideoCodec.H264) {
      assumeThat(Transcoding.has("libx264")).isTrue();
    }
    encoding(clip, codec, Tuning.LOSSLESS).pixelFormat(format).run();
    assertThat(Media.of(output(codec, Tuning.LOSSLESS)).video().frameHashes())
        .isEqualTo(Media.of(clip).video().frameHashes());
  }

  @ParameterizedTest
  @EnumSource(VideoCodec.class)
  void lowLatency_letsNoPictureWaitForAnother(VideoCodec codec) {
    for (Tuning tune : List.of(Tuning.LOW_LATENCY, Tuning.ULTRA_LOW_LATENCY)) {
      encoding(clip("yuv420p"), codec, tune).run();
      Media.Stream video = Media.of(output(codec, tune)).video();
      assertThat(video.packets("pts_time"))
          .hasSize(25)
          .isSortedAccordingTo(
              (one, other) -> Long.compare(one.micros("pts_time"), other.micros("pts_time")));
    }
  }
}
