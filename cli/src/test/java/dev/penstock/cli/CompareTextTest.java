package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** How a comparison is shown. */
class CompareTextTest {
  @Test
  void table() {
    assertThat(QualityText.of(Fixtures.quality()))
        .isEqualTo(
            """
            <out>.mp4 against in.mkv
              75 frames compared, 1 missing in the copy, 2 only in the copy
              compared at 640x360 in yuv420p
              note: the copy was scaled from 320x180 to 640x360

                         mean   lowest       1%        y        u        v
              XPSNR     38.13    31.00    32.50    38.13    40.00      inf  dB
              SSIM     0.9877   0.9000   0.9100   0.9800   0.9900   1.0000
              VMAF is not available: the linked libavfilter has no libvmaf
            """);
  }

  @Test
  void chart_inBlocks() {
    assertThat(SecondsChart.of(Fixtures.quality().seconds(), Metric.XPSNR, 60, true))
        .isEqualTo(
            """

              XPSNR, dB by second
                  40┤▃▃▃▃        ████
                    ┤████        ████
                    ┤████        ████
                    ┤████        ████
                    ┤████        ████
                  30┤████▇▇▇▇    ████
                     0:10        0:14
            """);
  }

  @Test
  void chart_inAscii() {
    assertThat(SecondsChart.of(Fixtures.quality().seconds(), Metric.SSIM, 60, false))
        .isEqualTo(
            """

              SSIM by second
                   1|            ####
                    |####        ####
                    |####        ####
                    |####        ####
                    |####        ####
                0.94|########    ####
                     0:10        0:14
            """);
  }

  private static List<Quality.Second> seconds(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> second(i, i == count - 3 ? 20.0 : 40.0))
        .toList();
  }

  private static Quality.Second second(int start, double value) {
    return new Quality.Second(
        Duration.ofSeconds(start),
        25,
        OptionalDouble.of(value),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  @Test
  void aLongChart_fits_andHidesNoBadSecond() {
    for (boolean blocks : new boolean[] {true, false}) {
      String chart = SecondsChart.of(seconds(7000), Metric.XPSNR, 79, blocks);
      assertThat(chart.lines()).hasSize(9).allMatch(line -> line.length() <= 79);
      assertThat(chart).contains("the lowest of each 100 seconds", "0:00", "1:56:40");
      String top = chart.lines().toList().get(2);
      String bottom = chart.lines().toList().get(7);
      assertThat(bottom.length()).isEqualTo(top.length() + 1);
    }
  }

  @Test
  void noChart_whereThereIsNothingToSee() {
    assertThat(SecondsChart.of(seconds(1), Metric.XPSNR, 80, true)).isEmpty();
    assertThat(SecondsChart.of(seconds(10), Metric.PSNR, 80, true)).as("all infinite").isEmpty();
  }

  @Test
  void svg_isWellFormed_andTellsAll() throws Exception {
    String svg = QualitySvg.of(Fixtures.quality());
    Document document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    NodeList texts = document.getElementsByTagName("text");
    List<String> words =
        IntStream.range(0, texts.getLength())
            .mapToObj(i -> texts.item(i).getTextContent())
            .toList();
    assertThat(words)
        .contains(
            "<out>.mp4 against in.mkv",
            "XPSNR (dB)",
            "SSIM (1 is the same)",
            "mean 38.13",
            "mean 0.9877",
            "0:10",
            "0:14",
            "time in A, m:ss");
    assertThat(document.getElementsByTagName("circle").getLength()).isEqualTo(2 * 3);
    assertThat(svg).contains("prefers-color-scheme: dark").doesNotContain("href", "url(");
  }

  @Test
  void json_leavesOutWhatIsInfinite() {
    assertThat(Json.line(Fixtures.quality()))
        .contains("{\"name\":\"v\",\"levels\":{}}")
        .contains("{\"start\":13,\"frames\":25,\"ssim\":1.0}")
        .contains("\"metric\":\"xpsnr\"")
        .contains("\"identical\":false");
  }
}
