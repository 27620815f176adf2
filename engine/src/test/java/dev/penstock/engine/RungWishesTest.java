package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Ladders;
import dev.penstock.engine.testing.Media;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.LadderSpec.RungSpec;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of one rung is found in what was written. */
@ExtendWith(NoLeaks.class)
class RungWishesTest {
  @TempDir Path parent;

  private static RungSpec rung(int lines, VideoCodec codec, String profile) {
    return new RungSpec(
        new SizeSpec.Lines(lines),
        Optional.of(codec),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(24),
        OptionalLong.empty(),
        Optional.empty(),
        Optional.of(profile));
  }

  @Test
  void profiles_areKeptTo() {
    Path source =
        Clips.make("lively.mp4", "-f lavfi -i testsrc2=s=256x144:r=25:d=4 -g 25 -pix_fmt yuv420p");
    Path folder = parent.resolve("out");
    List<RungSpec> rungs =
        List.of(
            rung(144, VideoCodec.H264, "high"),
            rung(120, VideoCodec.H264, "main"),
            rung(96, VideoCodec.H264, "baseline"),
            rung(120, VideoCodec.HEVC, "main"));
    var _ = Ladders.done(Ladders.of(source, folder, Set.of(Form.FILES), rungs));

    Media baseline = Media.of(folder.resolve("96p-h264.mp4"));
    assertThat(baseline.video().fact("profile")).isEqualTo("Constrained Baseline");
    assertThat(baseline.video().fact("has_b_frames")).isEqualTo("0");
    assertThat(baseline.video().frameCount()).isEqualTo(100);
    Media main = Media.of(folder.resolve("120p-h264.mp4"));
    assertThat(main.video().fact("profile")).isEqualTo("Main");
    assertThat(main.video().fact("has_b_frames")).isNotEqualTo("0");
    assertThat(Media.of(folder.resolve("144p-h264.mp4")).video().fact("profile")).isEqualTo("High");
    assertThat(Media.of(folder.resolve("120p-hevc.mp4")).video().fact("profile")).isEqualTo("Main");
  }
}
