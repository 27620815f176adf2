package dev.penstock.hardware.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Children;
import dev.penstock.lab.Lab;
import dev.penstock.model.Capability.Api;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Trials on two GPUs that the lab plays, through libav and the drivers' interfaces. */
@Timeout(120)
class TrialsInTheLabTest {
  private static final String FIRST = "0000:3b:00.0";
  private static final String SECOND = "0000:5e:00.0";

  @TempDir Path folder;

  @Test
  void eachGpu_isTriedByItsAddress() {
    lab("1 nvEncOpenEncodeSessionEx 2");

    Trial works = tried(Wish.encode("h264_nvenc", FIRST));
    Trial refused = tried(Wish.encode("h264_nvenc", SECOND));

    assertThat(works.reason()).isEmpty();
    assertThat(works.framesPerSecond().orElseThrow()).isPositive();
    assertThat(works.device()).contains(FIRST);
    assertThat(refused.proved()).isFalse();
    assertThat(refused.reason().orElseThrow())
        .contains("OpenEncodeSessionEx failed: unsupported device (2)");
  }

  @Test
  void aDecoder_isTriedOnWhatSoftwareMade() {
    lab("");

    Trial trial = tried(Wish.decode("vp9", Api.NVDEC, SECOND));

    assertThat(trial.reason()).isEmpty();
    assertThat(trial.encoder()).isEqualTo("vp9_nvdec");
  }

  @Test
  void aLink_isLoadedByCopies() {
    lab("");

    Trial trial = tried(Wish.link(FIRST));

    // It is not on the bus here, so that no speed is read.
    assertThat(trial.reason()).isEmpty();
    assertThat(trial.link().orElseThrow().load()).endsWith(" MB copied to it");
    assertThat(trial.link().orElseThrow().speeds()).isEmpty();
  }

  @Test
  void aGpuThatCudaDoesNotShow_isTheReason() {
    lab("");

    assertThat(tried(Wish.encode("h264_nvenc", "0000:99:00.0")).reason().orElseThrow())
        .contains("0000:99:00.0");
  }

  private void lab(String more) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "the lab encodes with x264");
    String first = Lab.text("l40s.video");
    String second =
        first
            .lines()
            .filter(line -> line.startsWith("0 "))
            .map(line -> "1" + line.substring(1))
            .reduce("", (all, line) -> all + line + "\n");
    Lab.video(
        folder,
        first
            + second
            + "1 pci 0000:5E:00.0\n1 uuid 8a0b1c2d3e4f50617283940a1b2c3d4f\n"
            + more
            + "\n",
        "libcuda.so.1",
        "libnvidia-encode.so.1",
        "libnvcuvid.so.1");
  }

  private Trial tried(Wish wish) {
    return new Children(Map.of("LD_LIBRARY_PATH", folder.toString()))
        .ask(TrialProbe.class, wish.word(), Duration.ofSeconds(60))
        .as(Trial.class, wish.word())
        .toOptional()
        .orElseThrow();
  }
}
