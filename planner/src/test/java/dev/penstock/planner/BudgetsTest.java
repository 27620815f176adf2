package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Percentage.withPercentage;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetsTest {
  @Test
  void equalSegments_getTheAverage() {
    assertThat(Budgets.of(1000, 2000, new double[] {10, 10, 5}, new long[] {70, 70, 35}))
        .containsExactly(1000, 1000, 1000);
  }

  @Test
  void aHardSegment_getsMore() {
    assertThat(Budgets.of(1000, 4000, new double[] {10, 10}, new long[] {100, 300}))
        .containsExactly(500, 1500);
  }

  @Test
  void whatAPlayerCannotTakeIn_goesToTheOthers() {
    assertThat(Budgets.of(1000, 1200, new double[] {10, 10}, new long[] {100, 300}))
        .containsExactly(800, 1200);
  }

  @Test
  void aStillSegment_keepsALittle() {
    assertThat(Budgets.of(1000, 4000, new double[] {10, 10}, new long[] {0, 300}))
        .containsExactly(50, 1950);
  }

  @Test
  void noneTakesAnything_allGetTheLeast() {
    assertThat(Budgets.of(1000, 4000, new double[] {10, 10}, new long[] {0, 0}))
        .containsExactly(50, 50);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void theSum_isTheAverage(int seed) {
    Random random = new Random(seed);
    int count = 1 + random.nextInt(40);
    double[] seconds = random.doubles(count, 0.5, 20).toArray();
    long[] bits = random.longs(count, 1, 50_000_000).toArray();

    long[] budgets = Budgets.of(3_000_000, 6_000_000, seconds, bits);

    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += (double) budgets[i] * seconds[i];
    }
    assertThat(sum).isCloseTo(3e6 * Arrays.stream(seconds).sum(), withPercentage(0.01));
    assertThat(Arrays.stream(budgets)).allMatch(rate -> rate >= 150_000 && rate <= 6_000_000);
  }
}
