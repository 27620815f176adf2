package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Backoff BACKOFF =
      new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60), Duration.ofSeconds(30));

  @Test
  void waitsTwiceAsLongEachTime_upToTheMost() {
    List<Long> waits =
        IntStream.rangeClosed(0, 8).mapToObj(n -> BACKOFF.after(n).toSeconds()).toList();

    assertThat(waits).containsExactly(0L, 1L, 2L, 4L, 8L, 16L, 32L, 60L, 60L);
    assertThat(BACKOFF.after(Integer.MAX_VALUE)).hasSeconds(60);
  }

  @Test
  void whatWasDoneOrLivedLong_makesUpForDeathsBefore() {
    assertThat(BACKOFF.counting(5, Duration.ofSeconds(29), false)).isEqualTo(6);
    assertThat(BACKOFF.counting(5, Duration.ofSeconds(30), false)).isEqualTo(1);
    assertThat(BACKOFF.counting(5, Duration.ZERO, true)).isEqualTo(1);
  }
}
