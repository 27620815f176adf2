package dev.penstock.av;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.av.testing.NoLeaks;
import dev.penstock.model.Rational;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(NoLeaks.class)
class MetricGraphTest {
  private static final LogScope LOG = LogScope.silent();
  private static final Rational RATE = new Rational(25, 1);
  private static final String PSNR = "[reference][copy]psnr";
  private static final String AVERAGE = "lavfi.psnr.psnr_avg";

  private static String gray(int level) {
    return "color=s=64x64,format=gray,geq=lum=" + level;
  }

  @Test
  void everyPair_givesWhatWasMeasured_inOrder() {
    try (Frame reference = Pictures.of(gray(100));
        Frame near = Pictures.of(gray(101));
        Frame far = Pictures.of(gray(110));
        MetricGraph graph = MetricGraph.open(PSNR, reference, near, RATE, LOG);
        Frame out = Frame.create()) {
      List<Double> errors = new ArrayList<>();
      for (Frame copy : List.of(near, far, near)) {
        graph.send(reference, copy);
        while (graph.receive(out) == Flow.OK) {
          errors.add(out.number("lavfi.psnr.mse_avg").orElseThrow());
        }
      }
      graph.end();
      while (graph.receive(out) == Flow.OK) {
        errors.add(out.number("lavfi.psnr.mse_avg").orElseThrow());
      }
      assertThat(errors).containsExactly(1.0, 100.0, 1.0);
      assertThat(graph.receive(out)).isEqualTo(Flow.END);
      assertThat(reference.width()).as("still the sender's").isEqualTo(64);
    }
  }

  @Test
  void samePictures_differByNothing() {
    try (Frame picture = Pictures.of(gray(100));
        Frame same = picture.share();
        MetricGraph graph = MetricGraph.open(PSNR, picture, same, RATE, LOG);
        Frame out = Frame.create()) {
      graph.send(picture, same);
      graph.end();
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
      assertThat(out.number(AVERAGE)).hasValue(Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void severalMetrics_addUpOnOneFrame() {
    String text = "[copy]split[b][c];[reference][b]ssim[a];[a][c]psnr";
    try (Frame reference = Pictures.of(gray(100));
        Frame copy = Pictures.of(gray(120));
        MetricGraph graph = MetricGraph.open(text, reference, copy, RATE, LOG);
        Frame out = Frame.create()) {
      graph.send(reference, copy);
      graph.end();
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
      assertThat(out.number(AVERAGE).orElseThrow())
          .isCloseTo(20 * Math.log10(255 / 20.0), within(1e-5));
      assertThat(out.number("lavfi.ssim.All").orElseThrow()).isBetween(0.9, 1.0);
    }
  }

  @Test
  void otherShapes_areNotTaken() {
    try (Frame reference = Pictures.of(gray(100));
        Frame other = Pictures.of("color=s=32x32,format=gray");
        MetricGraph graph = MetricGraph.open(PSNR, reference, reference, RATE, LOG)) {
      assertThat(graph.fits(reference, other)).isFalse();
      assertThatThrownBy(() -> graph.send(reference, other))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"[reference][copy]nosuch", "[reference][copy]psnr=nosuch=1", "[copy]null"})
  void aGraphThatCannotBe_leavesNothingOpen(String text) {
    try (Frame reference = Pictures.of(gray(100))) {
      assertThatThrownBy(() -> MetricGraph.open(text, reference, reference, RATE, LOG))
          .isInstanceOf(AvException.class)
          .hasMessageContaining(text);
    }
  }

  @Test
  void packed_hasTheSamePixelsWithoutPadding() {
    try (Frame picture = Pictures.of("testsrc2=s=322x64,format=yuv420p10le,vflip");
        Frame packed = picture.packed();
        MetricGraph graph = MetricGraph.open(PSNR, picture, packed, RATE, LOG);
        Frame out = Frame.create()) {
      assertThat(packed.nativeFrame().linesize(0)).isEqualTo(644);
      assertThat(packed.nativeFrame().linesize(1)).isEqualTo(322);
      graph.send(picture, packed);
      graph.end();
      assertThat(graph.receive(out)).isEqualTo(Flow.OK);
      assertThat(out.number(AVERAGE)).hasValue(Double.POSITIVE_INFINITY);
    }
  }

  @Test
  void picturesOfDifferentSize_areRefusedByTheFilter() {
    try (Frame reference = Pictures.of(gray(100));
        Frame other = Pictures.of("color=s=32x32,format=gray")) {
      assertThatThrownBy(() -> MetricGraph.open(PSNR, reference, other, RATE, LOG))
          .isInstanceOf(AvException.class)
          .hasMessageContaining("input pad");
    }
  }
}
