package dev.penstock.hardware.trial;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.av.Codecs;
import dev.penstock.hardware.Children;
import dev.penstock.lab.Fleet;
import dev.penstock.lab.Lab;
import dev.penstock.model.Capability.Api;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Trials by VA-API, through the real libva and a driver that the lab plays. */
@Timeout(120)
class VaTrialsInTheLabTest {
  private static final String RADEON = "0000:03:00.0";
  private static final String ARC = "0000:04:00.0";
  private static final String MACHINE = "0 model rx7900\n1 model a770\n1 pci " + ARC + "\n";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "h264_vaapi, " + RADEON,
    "hevc_vaapi, " + RADEON,
    "h264_vaapi, " + ARC,
    "hevc_vaapi, " + ARC
  })
  void anEncoder_isTriedOnItsGpu(String encoder, String gpu) {
    Trial trial = tried(MACHINE, Wish.encode(encoder, gpu));

    assertThat(trial.reason()).isEmpty();
    assertThat(trial.framesPerSecond().orElseThrow()).isPositive();
  }

  @ParameterizedTest
  @CsvSource({"h264", "hevc", "vp9"})
  void aDecoder_isTriedAsThatOfNvidiaIs(String codec) {
    Trial trial = tried(MACHINE, Wish.decode(codec, Api.VAAPI, RADEON));

    assertThat(trial.reason()).isEmpty();
    assertThat(trial.encoder()).isEqualTo(codec + "_vadec");
  }

  @Test
  void whatTheDriverRefuses_isTheReason() {
    assertThat(
            tried(MACHINE + "0 vaCreateContext 2\n", Wish.encode("h264_vaapi", RADEON))
                .reason()
                .orElseThrow())
        .contains("resource allocation failed");
    assertThat(
            tried(MACHINE + "0 lost\n", Wish.decode("h264", Api.VAAPI, RADEON))
                .reason()
                .orElseThrow())
        .contains("Failed to initialise VAAPI connection");
  }

  private Trial tried(String scenario, Wish wish) {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    assumeTrue(Codecs.encoder("libx264").isPresent(), "the lab encodes with x264");
    Map<String, String> environment =
        new HashMap<>(Fleet.of(folder.resolve("gpus"), scenario).environment());
    return new Children(environment)
        .ask(TrialProbe.class, wish.word(), Duration.ofSeconds(60))
        .as(Trial.class, wish.word())
        .toOptional()
        .orElseThrow();
  }
}
