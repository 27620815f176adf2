package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.LabMachine;
import dev.penstock.engine.testing.Transcoding;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A GPU that never answers. What hangs in it can be freed by nobody, so handles stay open here. */
@Timeout(120)
class HungGpuTest {
  @TempDir Path folder;

  @Test
  void itsWork_isDoneByTheOther() {
    LabMachine machine = LabMachine.of(folder.resolve("gpus"), "0 nvEncEncodePicture from 20 hang");
    Path source =
        Clips.make(
            "hung-source.mp4",
            "-f lavfi -i testsrc2=s=320x192:r=25:d=4 -c:v libx264 -preset ultrafast -g 25"
                + " -pix_fmt yuv420p");
    Report report =
        Transcoding.of(source, folder.resolve("out.mp4"))
            .codec(VideoCodec.H264)
            .size(new SizeSpec.Lines(144))
            .segments(new JobSpec.Segments.Every(Duration.ofSeconds(2)))
            .on(machine.gpus())
            .patience(Duration.ofSeconds(2))
            .run()
            .report();

    assertThat(report.tracks().getFirst().packetsOut()).isEqualTo(100);
    assertThat(report.verification().failed()).isEmpty();
    assertThat(report.warnings()).anyMatch(line -> line.contains("has not answered for 2 s"));
  }
}
