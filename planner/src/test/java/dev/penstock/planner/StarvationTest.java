package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When an encoder has too few bits: 25 pictures a second, 1 Mbit/s asked for, scale of H.264. */
class StarvationTest {
  private static final int WINDOW = 50;

  /** Of a picture at the rate that was asked for. */
  private static final int FULL = 5000;

  private final Starvation rule = new Starvation(51, 1_000_000, 25);

  private boolean feed(int pictures, double qp, long bytes) {
    boolean starved = false;
    for (int i = 0; i < pictures; i++) {
      starved = rule.feed(qp, bytes);
    }
    return starved;
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # pictures, quantiser, part of the rate that is spent, starved
          50, 51,   1,    true
          50, 45,   1,    true
          50, 44.9, 1,    false
          49, 51,   1,    false
          50, 51,   0.5,  true
          # black, which takes nothing
          99, 51,   0.4,  false
          99, 51,   0.01, false
          # far above its rate, as at a scene that even the coarsest does not fit into it
          50, 51,   8,    true
          99, 30,   1,    false
          """)
  void table(int pictures, double qp, double part, boolean starved) {
    assertThat(feed(pictures, qp, Math.round(part * FULL))).isEqualTo(starved);
  }

  @Test
  void aFadeShorterThanTheWindow_isNone() {
    assertThat(feed(WINDOW, 28, FULL)).isFalse();
    for (int i = 0; i < 25; i++) {
      assertThat(rule.feed(51, FULL)).isFalse();
    }
    assertThat(feed(WINDOW, 28, FULL)).isFalse();
  }

  @Test
  void onceStarved_itTakesMoreThanALittleToBeFed() {
    assertThat(feed(WINDOW, 46, FULL)).isTrue();
    assertThat(feed(WINDOW, 43, FULL)).isTrue();
    assertThat(feed(WINDOW, 41, FULL)).isFalse();
    assertThat(feed(WINDOW, 43, FULL)).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # scale, quantiser, spent, cure
           51, 36,  1000000, 1000000
           51, 42,  1000000, 2000000
           51, 51,   100000,  570000
           63, 63,   100000,  570000
          255, 180, 1000000, 1000000
           51, 20,  1000000, 1000000
          """)
  void cure(int scale, double qp, double spent, long cure) {
    assertThat(Starvation.cure(scale, qp, spent)).isEqualTo(cure);
  }

  @ParameterizedTest
  @CsvSource({
    "libx264, b=1000000, true",
    "libx264, crf=23, false",
    "libx264, b=1M, false",
    "hevc_nvenc, cq=23 b=0, false",
    "libvpx-vp9, b=1000000, false",
    "h264_nvenc, b=1000000, true"
  })
  void watched_areThoseLedByARate(String encoder, String options, boolean watched) {
    assertThat(Starvation.of(TestTracks.encoded(encoder, options)).isPresent()).isEqualTo(watched);
  }
}
