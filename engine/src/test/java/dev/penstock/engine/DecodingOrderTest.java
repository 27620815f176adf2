package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingOrderTest {
  @Test
  void withoutReordering_decodingIsShowing() {
    assertThat(DecodingOrder.times(new long[] {0, 40, 80})).containsExactly(0, 40, 80);
  }

  @Test
  void reorderedPictures_areDecodedEarlyEnough() {
    // I B B P as 0 3 1 2: pictures 1 and 2 come one place late.
    assertThat(DecodingOrder.times(new long[] {0, 120, 40, 80})).containsExactly(-40, 0, 40, 80);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void times_riseAndAreNeverLate(long seed) {
    Random random = new Random(seed);
    long[] shown = new long[500];
    for (int i = 0; i < shown.length; i++) {
      shown[i] = 33L * i + random.nextInt(20);
    }
    for (int i = 0; i + 4 < shown.length; i += 1 + random.nextInt(5)) {
      int other = i + random.nextInt(4);
      long swapped = shown[i];
      shown[i] = shown[other];
      shown[other] = swapped;
    }

    long[] times = DecodingOrder.times(shown);

    for (int i = 0; i < times.length; i++) {
      assertThat(times[i]).isLessThanOrEqualTo(shown[i]);
      assertThat(i == 0 || times[i] > times[i - 1]).isTrue();
    }
  }
}
