package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CorrectionTest {
  private static final double[] SECONDS = {10, 10, 10};
  private static final long[] ASKED = {1000, 1000, 1000};

  private static long[] once(long... bits) {
    return Correction.of(1000, SECONDS, bits, bits, ASKED);
  }

  @Test
  void whatIsNotExceeded_stays() {
    assertThat(once(2000, 10_000, 9000)).containsExactly(ASKED);
    assertThat(once(12_000, 10_100, 8000)).containsExactly(ASKED);
  }

  @Test
  void whoTookMore_isAskedForLess() {
    assertThat(once(12_500, 12_500, 8000)).containsExactly(880, 880, 1000);
  }

  @Test
  void whoThenTakesTooLittle_isAskedForMore() {
    long[] first = {12_500, 12_500, 8000};
    long[] again = {10_000, 10_500, 8000};

    assertThat(Correction.of(1000, SECONDS, first, again, new long[] {880, 880, 1000}))
        .containsExactly(968, 922, 1000);
  }

  @Test
  void afterwards_littleIsLeftAsItIs() {
    long[] first = {12_500, 12_500, 8000};
    long[] asked = {880, 880, 1000};

    assertThat(Correction.of(1000, SECONDS, first, new long[] {10_800, 10_700, 8000}, asked))
        .containsExactly(asked);
  }

  @Test
  void nobody_isAskedForLessThanHalf() {
    assertThat(once(50_000, 10_000, 10_000)).containsExactly(500, 1000, 1000);
  }
}
