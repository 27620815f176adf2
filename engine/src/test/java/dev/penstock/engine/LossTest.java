package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.Clip;
import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Failure;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** An output from which a planned track is missing is never called done. */
@ExtendWith(NoLeaks.class)
class LossTest {
  @TempDir Path folder;

  @Test
  void soundEncoderThatDoesNotOpen_failsTheJob() {
    Path clip = Clip.usual().write(folder.resolve("clip.mp4"), "mp4");
    Path output = folder.resolve("out.mkv");
    Failure failure = Transcoding.of(clip, output).quick().audio(AudioCodec.OPUS, 100).failure();
    assertThat(failure).isInstanceOf(Failure.Unsupported.class);
    assertThat(failure.diagnosis().line()).contains("track 1").contains("encoder");
    assertThat(output).doesNotExist();
  }

  @Test
  void pictureThatNeverDecodes_failsTheJob_thoughTheSoundIsWhole() {
    Path clip = Clip.usual().write(folder.resolve("clip.mkv"), "matroska");
    Path damaged = Clips.make("noise.mkv", "-i " + clip + " -map 0 -c copy -bsf:v noise=amount=1");
    Path output = folder.resolve("out.mp4");
    Failure failure = Transcoding.of(damaged, output).quick().failure();
    assertThat(failure).isInstanceOf(Failure.BadInput.class);
    assertThat(failure.diagnosis().line()).contains("track 0").contains("nothing of it came out");
    assertThat(output).doesNotExist();
  }
}
