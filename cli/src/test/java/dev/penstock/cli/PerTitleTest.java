package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code penstock ladder --per-title}. */
class PerTitleTest {
  @TempDir Path folder;

  private Path source() throws IOException {
    return Oracle.clip(folder, "source.mkv", "-c:v", "ffv1", "-c:a", "flac");
  }

  @Test
  void tables() {
    assertThat(PerTitleText.of(Fixtures.perTitle()))
        .isEqualTo(
            """
            measured
              4 encodes with p4 of 0:09-0:11, 0:49-0:51, in 8.25 s
              codec  size   quality  bit rate  XPSNR
              h264   1080p  21       2.1 Mb/s  42.13 dB  on the hull
              h264   1080p  27.5     950 kb/s  39.00 dB  on the hull
              h264   720p   21       1 Mb/s    38.00 dB
              h264   720p   27.5     480 kb/s  36.50 dB  on the hull
            rungs
              rung   quality  bit rate  at most   XPSNR
              1080p  21       2.1 Mb/s  4.2 Mb/s  42.13 dB  it measures 42.1 dB, and more is not seen
              720p   27.5     480 kb/s  960 kb/s  36.50 dB  the lowest, for slow lines
            """);
  }

  @Test
  void chart() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(PerTitleTest.class.getResourceAsStream("per-title.svg"))) {
      assertThat(PerTitleSvg.of("<in>.mkv", Fixtures.perTitle()))
          .isEqualTo(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @Test
  void dryRun_saysWhatWasMeasured_andDrawsIt() throws Exception {
    Path svg = folder.resolve("chart.svg");
    Answer answer =
        Cli.run(
                "ladder",
                source(),
                folder.resolve("out"),
                "--per-title",
                "--dry-run",
                "--preset",
                "p1",
                "--svg",
                svg)
            .succeeds();

    assertThat(answer.out())
        .contains("encodes of 1 stretch of the source were measured", "\nmeasured\n", "\nrungs\n")
        .containsPattern("h264 +64p +21 ");
    Document chart = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(svg.toFile());
    assertThat(chart.getElementsByTagName("circle").getLength()).isGreaterThanOrEqualTo(4);
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrder("source.mkv", "chart.svg");
    }
  }

  @Test
  void report_holdsWhatWasMeasured() throws IOException {
    Path report = folder.resolve("report.json");
    Answer answer =
        Cli.run(
                "ladder",
                source(),
                folder.resolve("out"),
                "--per-title",
                "--preset",
                "p1",
                "--progress",
                "json",
                "--report",
                report)
            .succeeds();

    JsonNode found =
        JsonMapper.shared().readTree(Files.readString(report)).get("receipt").get("perTitle");
    assertThat(found.get("probes").get("points")).hasSize(3);
    assertThat(found.get("rungs").get(0).get("name").asString()).isEqualTo("64p");
    assertThat(answer.err()).contains("{\"event\":\"measuring\",\"done\":1.0}\n");
    assertThat(answer.out()).contains("measured\n", "rungs\n");
    assertThat(folder.resolve("out").resolve("master.m3u8")).exists();
  }

  @Test
  void withListedRungs_isRefused() throws IOException {
    Answer answer =
        Cli.run("ladder", source(), folder.resolve("out"), "--per-title", "--rungs", "64p:q23");

    assertThat(answer.exit()).isEqualTo(ExitCode.USAGE.value());
    assertThat(answer.err()).contains("--per-title", "rungs are either given or found");
  }

  @Test
  void aChartOfNothing_isRefused() throws IOException {
    Answer answer =
        Cli.run("ladder", source(), folder.resolve("out"), "--svg", folder.resolve("a.svg"));

    assertThat(answer.exit()).isEqualTo(ExitCode.USAGE.value());
    assertThat(answer.err()).contains("--svg", "draws what --per-title measures");
  }

  @Test
  void whatIsNoVideo_isRefusedBeforeAnythingIsMeasured() throws IOException {
    Path sound = Oracle.clip(folder, "sound.mka", "-vn", "-c:a", "flac");
    Answer answer =
        Cli.run("ladder", sound, folder.resolve("out"), "--per-title", "--progress", "json");

    assertThat(answer.err()).contains("it has no video").doesNotContain("measuring");
    assertThat(List.of(ExitCode.UNSUPPORTED.value(), ExitCode.BAD_INPUT.value()))
        .contains(answer.exit());
  }
}
