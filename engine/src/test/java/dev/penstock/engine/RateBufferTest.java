package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.penstock.model.Rational;
import org.junit.jupiter.api.Test;

class RateBufferTest {
  private static final Rational TENTHS = new Rational(1, 10);

  /** A thousand bits a second into a thousand bits. */
  private static double least(int... bytes) {
    long[] times = new long[bytes.length];
    for (int i = 0; i < times.length; i++) {
      times[i] = i;
    }
    return new RateBuffer(1000, 1000, 0.9)
        .follow(times, bytes, new int[bytes.length], TENTHS)
        .getFirst()
        .least();
  }

  @Test
  void picturesAtTheRate_keepItFull() {
    // 100 bits come and go in a tenth of a second.
    assertThat(least(12, 12, 12, 12)).isCloseTo(0.8, within(0.02));
  }

  @Test
  void aLargePicture_emptiesIt() {
    assertThat(least(100)).isCloseTo(0.1, within(1e-9));
    assertThat(least(100, 25)).isCloseTo(0, within(1e-9));
  }

  @Test
  void oneTooMany_isBelowNothing() {
    assertThat(least(100, 25, 25)).isNegative();
  }

  @Test
  void whatDoesNotFit_isNotSavedUp() {
    // After many small ones it holds its size and no more.
    assertThat(least(0, 0, 0, 0, 0, 0, 0, 0, 126)).isCloseTo(1 - 1.008, within(1e-9));
  }
}
