package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetsTest {
  private static long[] of(long average, long most, double[] seconds, long[] bits) {
    return Budgets.of(average, most, seconds, bits, new long[bits.length]);
  }

  @Test
  void whatAnEncoderCannotLeaveOut_isAlwaysGiven() {
    assertThat(
            Budgets.of(
                20_000,
                40_000,
                new double[] {10, 10},
                new long[] {100_000, 300_000},
                new long[] {120_000, 0}))
        .containsExactly(15_000, 25_000);
  }

  @Test
  void equalSegments_getTheAverage() {
    assertThat(of(100_000, 200_000, new double[] {10, 10, 5}, new long[] {70, 70, 35}))
        .containsExactly(100_000, 100_000, 100_000);
  }

  @Test
  void aHardSegment_getsMore() {
    assertThat(of(100_000, 400_000, new double[] {10, 10}, new long[] {100, 300}))
        .containsExactly(50_000, 150_000);
  }

  @Test
  void whatAPlayerCannotTakeIn_goesToTheOthers() {
    assertThat(of(100_000, 120_000, new double[] {10, 10}, new long[] {100, 300}))
        .containsExactly(80_000, 120_000);
  }

  @Test
  void aStillSegment_keepsALittle() {
    assertThat(of(100_000, 400_000, new double[] {10, 10}, new long[] {0, 300}))
        .containsExactly(5_000, 195_000);
  }

  @Test
  void noneTakesAnything_allGetTheLeast() {
    assertThat(of(100_000, 400_000, new double[] {10, 10}, new long[] {0, 0}))
        .containsExactly(5_000, 5_000);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theSum_isTheAverage(int seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(40);
    double[] seconds = random.doubles(count, 0.5, 20).toArray();
    long[] bits = random.longs(count, 1, 50_000_000).toArray();

    long[] budgets = of(3_000_000, 6_000_000, seconds, bits);

    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += (double) budgets[i] * seconds[i];
    }
    assertThat(sum).isCloseTo(3e6 * Arrays.stream(seconds).sum(), withPercentage(0.01));
    assertThat(Arrays.stream(budgets)).allMatch(rate -> rate >= 150_000 && rate <= 6_000_000);
  }
}
