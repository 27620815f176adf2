package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.LabUse;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Outcome;
import dev.penstock.model.Planning;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a job holds of GPUs, and for how long. */
@ExtendWith(NoLeaks.class)
@Timeout(60)
class GpuReleaseTest {
  @TempDir Path folder;

  @Test
  void whenOutputsAreVerified_nothingIsOpenOnAnyGpu() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "* context 300000000");
    Path source =
        Clips.make(
            "release-source.mp4",
            "-f lavfi -i testsrc2=s=320x192:r=25:d=4 -c:v libx264 -preset ultrafast -g 25"
                + " -pix_fmt yuv420p");
    Planning.Planned planned =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .codec(VideoCodec.HEVC)
            .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)))
            .on(machine.gpus())
            .planned();
    List<LabUse> held = new ArrayList<>();
    Input.Options reading = new Input.Options(Duration.ofSeconds(30), _ -> {});
    try (Input input = Input.open(source.toString(), reading, new Cancellation())) {
      Outcome outcome =
          Engine.execute(
              planned,
              input,
              new Engine.Options(false, OptionalInt.empty(), Optional.empty(), _ -> {}, _ -> {}),
              new Cancellation(),
              _ -> held.add(LabUse.of(machine.fleet())));
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
    }

    assertThat(machine.fleet().received()).hasSize(2);
    assertThat(held).containsExactly(LabUse.NONE);
  }
}
