package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CorrectionTest {
  private static final double[] SECONDS = {10, 10, 10};
  private static final long[] ASKED = {1000, 1000, 1000};

  @Test
  void whatIsNotExceeded_stays() {
    assertThat(Correction.of(1000, SECONDS, new long[] {2000, 10_000, 9000}, ASKED))
        .containsExactly(ASKED);
    assertThat(Correction.of(1000, SECONDS, new long[] {12_000, 10_100, 8000}, ASKED))
        .containsExactly(ASKED);
  }

  @Test
  void whoTookMore_isAskedForLess() {
    assertThat(Correction.of(1000, SECONDS, new long[] {12_500, 12_500, 8000}, ASKED))
        .containsExactly(880, 880, 1000);
  }

  @Test
  void nobody_isAskedForLessThanHalf() {
    assertThat(Correction.of(1000, SECONDS, new long[] {50_000, 10_000, 10_000}, ASKED))
        .containsExactly(500, 1000, 1000);
  }
}
