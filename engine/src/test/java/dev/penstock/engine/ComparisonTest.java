package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.engine.testing.Clips;
import dev.penstock.engine.testing.Comparing;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(NoLeaks.class)
class ComparisonTest {
  private static final String PICTURE = "-f lavfi -i testsrc2=size=320x240:rate=25:duration=2";
  private static final String LOSSLESS = "-c:v ffv1 -pix_fmt yuv420p";
  private static final String LOSSY = "-c:v libx264 -preset veryfast -crf 38 -pix_fmt yuv420p";

  private static Path source() {
    return Clips.make("source.mkv", PICTURE, LOSSLESS);
  }

  private static Path lossy() {
    return Clips.make("lossy.mp4", PICTURE, LOSSY);
  }

  private static void assertAsOracle(Quality quality, Metric metric, List<Double> expected) {
    List<Double> values = Comparing.values(quality, metric);
    double precision = metric == Metric.XPSNR ? 6e-5 : 3e-6;
    assertThat(values).hasSameSizeAs(expected);
    for (int i = 0; i < values.size(); i++) {
      assertThat(values.get(i))
          .as("%s %d", metric, i)
          .isCloseTo(expected.get(i), within(precision));
    }
  }

  @ParameterizedTest
  @EnumSource
  void numbersAreTheOracles(Metric metric) {
    Quality quality = Comparing.of(source(), lossy()).run();
    assertThat(quality.frames()).isEqualTo(50);
    assertAsOracle(quality, metric, Comparing.oracle(metric, source(), "", lossy(), ""));
  }

  @Test
  void identical() {
    Quality quality = Comparing.of(source(), source()).run();
    System.out.println(quality);
    System.out.println(Comparing.of(source(), lossy()).run());
    assertThat(quality.identical()).isTrue();
  }
}
