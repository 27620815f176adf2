package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Keys, posters and thumbnails, as they are asked for on the command line. */
class LadderDeliveryTest {
  private static final String HEX = "8a1b2c3d4e5f60718293a4b5c6d7e8f9";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--encrypt aes-128                         | needs a key",
        "--encrypt aes --key k                     | is none of aes-128, cbcs",
        "--key k                                   | means nothing without --encrypt",
        "--key-url k                               | means nothing without --encrypt",
        "--layout many                             | is none of one-file, files",
        "--thumbnails 0s                           | is not above zero",
        "--poster soon                             | is neither a time (12s) nor auto",
        "--rungs 720p:p5                           | to be written preset=p5",
      })
  void whatMakesNoSense_isNamed(String options, String said) {
    Answer answer = Cli.run("ladder", "in.mkv", "out", List.of(options.trim().split(" +")));

    assertThat(answer.exit()).isEqualTo(2);
    assertThat(answer.err()).contains(said);
  }

  @Test
  void aKeyFileThatIsNone_isNamed() throws IOException {
    Path wrong = Files.write(folder.resolve("wrong"), new byte[17]);

    Answer answer =
        Cli.run("ladder", "in.mkv", "out", "--encrypt", "cbcs", "--key", wrong, "--key-url", "k");

    assertThat(answer.exit()).isEqualTo(3);
    assertThat(answer.err()).contains(wrong.toString(), "is not a key", "it has 17 bytes");
  }

  @Test
  void aKey_isPrintedNowhere() throws IOException {
    Path in = Oracle.clip(folder, "in.mp4");
    Path key = Files.writeString(folder.resolve("key"), HEX + "\n");
    Path out = folder.resolve("out");
    Path report = folder.resolve("report.json");
    List<String> options =
        Cli.strings(
            "--encrypt",
            "aes-128",
            "--key",
            key,
            "--key-url",
            "https://k/1",
            "--rungs",
            "16p",
            "--poster",
            "--thumbnails",
            "2s");

    Answer plan = Cli.run("ladder", in, out, options, "--dry-run", "--json").succeeds();
    Answer done =
        Cli.run("ladder", in, out, options, "--report", report, "--progress", "json").succeeds();

    assertThat(plan.out()).contains("\"scheme\" : \"aes_128\"", "\"keyId\"", "https://k/1");
    for (String printed :
        List.of(plan.out(), plan.err(), done.out(), done.err(), Files.readString(report))) {
      assertThat(printed).doesNotContainIgnoringCase(HEX);
    }
    assertThat(out).isDirectoryContaining("glob:**/poster.jpg");
    assertThat(out).isDirectoryContaining("glob:**/thumbs-1.jpg");
  }
}
