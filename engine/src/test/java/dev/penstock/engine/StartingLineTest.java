package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartingLineTest {
  private final Run run = new Run(new Cancellation());
  private final StartingLine line = new StartingLine(run);

  @Test
  void oneAlone_doesNotWait() {
    line.expect();
    line.arrive();

    assertThat(CompletableFuture.runAsync(line::await)).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void theFirst_waitsForTheLast() {
    line.expect();
    line.expect();
    line.arrive();
    CompletableFuture<Void> first = CompletableFuture.runAsync(line::await);

    assertThatThrownBy(() -> first.get(200, TimeUnit.MILLISECONDS)).isNotNull();
    line.arrive();

    assertThat(first).succeedsWithin(Duration.ofSeconds(5));
  }

  @Test
  void aStoppedRun_isLeft() {
    line.expect();
    line.expect();
    line.arrive();
    CompletableFuture<Void> first = CompletableFuture.runAsync(line::await);

    run.stop();

    assertThat(first)
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withCauseInstanceOf(Aborted.class);
  }
}
