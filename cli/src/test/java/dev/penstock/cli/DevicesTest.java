package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code penstock devices} and {@code penstock plan --as}, on machines built by hand. */
class DevicesTest {
  private static final Path MACHINES = Path.of("../hardware/src/test/resources/machines");
  private static final Path L40S = MACHINES.resolve("l40s");
  private static final Path H200 = MACHINES.resolve("compute-gpu");
  private static final Path NO_GPU = MACHINES.resolve("no-gpu");

  @TempDir Path folder;

  @Test
  void aGpuWithoutEncoder_saysWhatItDecodes() {
    String text = Cli.run("devices", "--root", H200).succeeds().out();

    assertThat(text)
        .contains("NVIDIA H200 at 0000:00:06.0\n", "no encoders, 7 decoders", "7 for JPEG")
        .contains("  encodes nothing that is known\n")
        .containsPattern("decodes +hevc +NVDEC +4:2:0 8-bit, 4:2:0 10-bit, 4:2:0 12-bit, 4:4:4")
        .doesNotContainPattern("decodes +av1");
  }

  @Test
  void whatAGpuEncodes_isSaidWithItsLimits() {
    assertThat(Cli.run("devices", "--root", L40S).succeeds().out())
        .containsPattern(
            "encodes +h264 +NVENC +4:2:0 8-bit, 4:4:4 8-bit; 145x49 to 4096x4096; 4 B-frames;"
                + " lossless, look-ahead, spatial AQ, temporal AQ, weighted prediction,"
                + " B-frames as references \\(probed\\)");
  }

  @Test
  void withoutAGpu_thatIsSaid() {
    assertThat(Cli.run("devices", "--root", NO_GPU).succeeds().out())
        .startsWith("a virtual machine without a GPU (built by hand): no GPUs\n");
  }

  @Test
  void machines_areCompared() {
    assertThat(Cli.run("devices", "--compare", L40S, H200).succeeds().out())
        .containsSubsequence(
            "only a server with an", "encodes h264", "decodes av1", "only a machine")
        .endsWith(": nothing\n");
    assertThat(Cli.run("devices", "--compare", L40S, H200, "--root", NO_GPU).exit()).isEqualTo(2);
  }

  @Test
  void json_isDocumented() throws IOException {
    String page = Files.readString(Path.of("../docs/json.md"));
    String json =
        Cli.run("devices", "--root", L40S, "--json").succeeds().out()
            + Cli.run("devices", "--compare", L40S, H200, "--json").succeeds().out();
    Set<String> properties = new TreeSet<>();
    Matcher matcher = Pattern.compile("\"(\\w+)\" ?:").matcher(json);
    while (matcher.find()) {
      properties.add(matcher.group(1));
    }
    assertThat(properties)
        .contains("capabilities", "temporalAq", "onlyFirst")
        .allMatch(name -> page.contains("`" + name + "`"), "is documented");
  }

  @Test
  void aPlanForAnotherMachine_saysWhichGpuCould() throws IOException {
    Path clip = Oracle.clip(folder, "a.mp4");

    assertThat(plan(clip, L40S))
        .contains(
            "full GPU of NVIDIA L40S (0000:41:00.0), NVENC",
            "hevc_nvenc",
            "scale_cuda=w=640:h=426",
            "planned for a server with an");
    assertThat(plan(clip, H200))
        .contains("GPU decode + CPU encode of NVIDIA H200 (0000:00:06.0), NVDEC");
    assertThat(plan(clip, NO_GPU)).contains("(built by hand), which has no GPU");
    assertThat(Cli.run("plan", clip, folder.resolve("o.mkv"), "--as", folder).err())
        .contains("is no captured machine");
  }

  private String plan(Path clip, Path machine) {
    return Cli.run(
            "plan",
            clip,
            folder.resolve("o.mkv"),
            "--codec",
            "hevc",
            "--size",
            "640x480",
            "--as",
            machine)
        .succeeds()
        .out();
  }
}
