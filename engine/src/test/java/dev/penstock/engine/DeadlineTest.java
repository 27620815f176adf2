package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class DeadlineTest {
  private static final Duration LONG = Duration.ofHours(1);
  private static final Duration SHORT = Duration.ofMillis(50);

  private final CountDownLatch never = new CountDownLatch(1);

  private String hang() {
    try {
      never.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return "late";
  }

  @Test
  void whatReturns_isGiven() {
    assertThat(new Deadline(LONG, SHORT, () -> false).get("it", () -> "made", _ -> {}))
        .contains("made");
  }

  @Test
  void whatIsThrown_isThrown() {
    Deadline deadline = new Deadline(LONG, SHORT, () -> false);

    assertThatThrownBy(() ->
            deadline.keeps(
                "it",
                () -> {
                  throw new IllegalStateException("of the call");
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("of the call");
  }

  @Test
  void whatComesLate_isTakenCareOf() {
    CompletableFuture<String> late = new CompletableFuture<>();

    assertThat(new Deadline(SHORT, SHORT, () -> false).get("it", this::hang, late::complete))
        .isEmpty();
    assertThat(late).isNotDone();
    never.countDown();
    assertThat(late).succeedsWithin(Duration.ofSeconds(10)).isEqualTo("late");
  }

  @Test
  void aStoppedRun_doesNotWaitForAsLong() {
    assertThat(new Deadline(LONG, SHORT, () -> true).keeps("it", this::hang)).isFalse();
  }
}
