package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LaunchTest {
  private static final Path CRASHES = Path.of("/crashes with space");
  private static final Place GPU =
      new Place("t", List.of(new Place.Gpu("0000:3b:00.0", Optional.of("GPU-1"))));

  @TempDir Path folder;

  @Test
  void theEnvironment_isCleaned() {
    Launch launch =
        new Launch(
            List.of("x"),
            Map.of(
                "PATH", "/bin",
                "LC_ALL", "C",
                "PENSTOCK_TOKEN", "secret",
                "PENSTOCK_KEY_FILM", "00112233445566778899aabbccddeeff",
                "AWS_SECRET_ACCESS_KEY", "secret",
                "NOTIFY_SOCKET", "/run/systemd/notify",
                "WATCHDOG_USEC", "1000000",
                "JAVA_TOOL_OPTIONS", "-javaagent:x",
                "CUDA_VISIBLE_DEVICES", "7"),
            Launch.Limits.none());

    assertThat(launch.environment(GPU, CRASHES))
        .containsOnlyKeys(
            "PATH", "LC_ALL", "PENSTOCK_KEY_FILM", "JDK_JAVA_OPTIONS", "CUDA_VISIBLE_DEVICES")
        .containsEntry("CUDA_VISIBLE_DEVICES", "7");
  }

  @Test
  void softwareIsNice_andLimited_wherePossible() throws IOException {
    for (String program : List.of("nice", "prlimit")) {
      Path file = Files.createFile(folder.resolve(program));
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    Launch launch =
        new Launch(
            List.of("penstock", "worker"),
            Map.of("PATH", folder.toString()),
            new Launch.Limits(
                OptionalInt.of(10), OptionalLong.of(4096), OptionalLong.of(1L << 34)));

    assertThat(launch.words(Place.software("t")))
        .containsExactly(
            "nice",
            "-n",
            "10",
            "prlimit",
            "--core=0",
            "--nofile=4096",
            "--as=17179869184",
            "penstock",
            "worker");
    assertThat(launch.words(GPU))
        .containsExactly("prlimit", "--core=0", "--nofile=4096", "penstock", "worker");
    assertThat(new Launch(List.of("x"), Map.of(), launch.limits()).words(GPU)).containsExactly("x");
  }

  @Test
  void limits_areToldInWords() {
    assertThat(Launch.Limits.standard().about()).isEqualTo("niceness 10 without a GPU");
    assertThat(Launch.Limits.none().about()).isEqualTo("no limits");
  }
}
