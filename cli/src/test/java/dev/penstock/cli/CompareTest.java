package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code penstock compare} on real files. */
class CompareTest {
  @TempDir Path folder;

  private Path source() throws IOException {
    return Oracle.clip(folder, "source.mkv", "-c:v", "ffv1", "-c:a", "flac");
  }

  private Path copy() throws IOException {
    return Oracle.clip(folder, "copy.mp4", "-c:v", "mpeg4", "-q:v", "12", "-c:a", "aac");
  }

  private static JsonNode json(Answer answer) {
    return JsonMapper.shared().readTree(answer.out());
  }

  @Test
  void table() throws IOException {
    Answer answer = Cli.run("compare", source(), copy()).succeeds();
    assertThat(answer.out())
        .startsWith(copy() + " against " + source() + "\n  100 frames compared\n")
        .containsPattern("\n  XPSNR +\\d+\\.\\d\\d ")
        .containsPattern("\n  SSIM +0\\.\\d{4} ")
        .containsPattern("\n  PSNR +\\d+\\.\\d\\d ")
        .contains("VMAF is not available", "XPSNR, dB by second\n", "0:00", "0:04")
        .doesNotContain("┤", "\033");
    assertThat(answer.err()).isEmpty();
  }

  @Test
  void identicalFiles() throws IOException {
    Answer answer = Cli.run("compare", source(), source(), "--min-psnr", "100").succeeds();
    assertThat(answer.out())
        .contains("100 frames compared, all the same to the bit", " inf ")
        .doesNotContain("by second");
    JsonNode json = json(Cli.run("compare", source(), source(), "--json").succeeds());
    assertThat(json.get("identical").asBoolean()).isTrue();
    assertThat(json.get("scores").get(0).get("combined").has("mean")).isFalse();
    assertThat(json.get("seconds").get(0).has("xpsnr")).isFalse();
  }

  @Test
  void json_holdsOnlyWhatIsAskedFor() throws IOException {
    JsonNode json =
        json(Cli.run("compare", source(), copy(), "--json", "--metric", "ssim").succeeds());
    assertThat(json.get("frames").asInt()).isEqualTo(100);
    assertThat(json.get("scores")).hasSize(1);
    assertThat(json.get("scores").get(0).get("metric").asString()).isEqualTo("ssim");
    assertThat(json.get("scores").get(0).get("combined").get("mean").asDouble())
        .isBetween(0.5, 1.0);
    assertThat(json.get("seconds")).hasSize(4);
  }

  @Test
  void aPart() throws IOException {
    JsonNode json =
        json(
            Cli.run("compare", source(), copy(), "--json", "--start", "1s", "--duration", "2s")
                .succeeds());
    assertThat(json.get("frames").asInt()).isEqualTo(50);
    assertThat(json.get("seconds").get(0).get("start").asInt()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "--min-xpsnr, 90, XPSNR is, dB",
    "--min-psnr, 90, PSNR is, dB",
    "--min-ssim, 0.99999, SSIM is, 0.99999"
  })
  void belowTheFloor_failsWithOne(String option, String floor, String said, String unit)
      throws IOException {
    Answer answer = Cli.run("compare", source(), copy(), "--metric", "ssim", option, floor);
    assertThat(answer.exit()).isEqualTo(1);
    assertThat(answer.complaint())
        .startsWith("penstock: " + copy() + ": " + said)
        .contains("below the " + floor, unit);
    assertThat(answer.out()).as("the table is shown all the same").contains("frames compared");
  }

  @Test
  void aboveTheFloor_succeeds() throws IOException {
    Cli.run("compare", source(), copy(), "--min-xpsnr", "10", "--min-ssim", "0.3").succeeds();
  }

  @Test
  void svg() throws IOException {
    Path chart = folder.resolve("chart.svg");
    Files.writeString(chart, "old");
    Cli.run("compare", source(), copy(), "--svg", chart).succeeds();
    assertThat(Files.readString(chart)).startsWith("<svg ").endsWith("</svg>\n").contains("PSNR");
    Answer.assertOnly(folder, "source.mkv", "copy.mp4", "chart.svg");
  }

  @Test
  void svg_isNeverAnInput() throws IOException {
    Cli.run("compare", source(), copy(), "--svg", copy())
        .refuses("is one of the inputs, which would be lost");
  }

  @Test
  void aMissingFile() throws IOException {
    Cli.run("compare", source(), folder.resolve("none.mp4")).fails(3, "open", "no such file");
  }

  @Test
  void soundAlone() throws IOException {
    Path sound = Oracle.clip(folder, "sound.m4a", "-vn", "-c:a", "aac");
    Cli.run("compare", source(), sound).fails(3, "probe", "has no video", "only sound");
  }

  @Test
  void differentShapes() throws IOException {
    Path square = Oracle.clip(folder, "square.mkv", "-vf", "crop=64:64", "-c:v", "ffv1", "-an");
    Cli.run("compare", source(), square).fails(4, "filter", "different shapes");
  }

  @Test
  void anOwnTranscode() throws IOException {
    Path out = folder.resolve("out.mp4");
    Cli.encode(source(), out).succeeds();
    JsonNode json = json(Cli.run("compare", source(), out, "--json").succeeds());
    assertThat(json.get("missing").asInt() + json.get("extra").asInt()).isZero();
    assertThat(json.get("frames").asInt()).isEqualTo(100);
  }
}
