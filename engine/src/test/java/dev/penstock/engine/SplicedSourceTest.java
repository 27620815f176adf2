package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Pictures;
import dev.penstock.engine.testing.Spliced;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An MP4 whose parameter sets change in the middle, cut into segments: each is decoded by those
 * that hold where it begins.
 */
@ExtendWith(NoLeaks.class)
@Timeout(120)
class SplicedSourceTest {
  private static final int HALF = 100;

  @TempDir Path folder;

  /** Eight seconds, a key frame each, whose parameter sets are others from the fifth on. */
  static Path source() {
    return Spliced.mp4("spliced.mp4", half("cavlc.mp4", "vlc"), half("cabac.mp4", "ac"), HALF);
  }

  private static Path half(String name, String coder) {
    return Clips.make(
        name,
        "-f lavfi -i " + Clips.numbered(320, 192, "25", HALF / 25.0) + ",format=yuv420p",
        "-c:v libx264 -preset veryfast -bf 0 -g 25 -coder " + coder);
  }

  private Transcoding job(int lanes) {
    return Transcoding.of(source(), folder.resolve("out.mp4"))
        .codec(VideoCodec.H264)
        .quick()
        .segments(new JobSpec.Segments.Every(Duration.ofSeconds(1)))
        .lanes(lanes);
  }

  private static List<Integer> numbers() {
    List<Integer> numbers = new ArrayList<>(Pictures.range(0, HALF - 1));
    numbers.addAll(Pictures.range(0, HALF - 1));
    return numbers;
  }

  @Test
  void theOracle_seesBothHalves() {
    assertThat(Pictures.numbers(source())).isEqualTo(numbers());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void onGpus_everySegmentHasItsPictures(int lanes) {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"));
    Transcoding.Done done = job(lanes).on(machine.gpus()).run();

    assertThat(done.report().plan().tier()).isEqualTo(Tier.FULL_GPU);
    assertThat(done.report().tracks().getFirst().damaged()).isZero();
    assertThat(Pictures.numbers(done.file())).isEqualTo(numbers());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void inSoftware_everySegmentHasItsPictures(int lanes) {
    Transcoding.Done done = job(lanes).run();

    assertThat(done.report().tracks().getFirst().damaged()).isZero();
    assertThat(Pictures.numbers(done.file())).isEqualTo(numbers());
  }
}
