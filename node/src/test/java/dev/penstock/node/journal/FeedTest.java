package dev.penstock.node.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.JobEvent;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class FeedTest {
  private static JobEvent event(long number) {
    return new JobEvent(
        number, Instant.EPOCH, "job.queued", Optional.empty(), Optional.empty(), "{}");
  }

  /** The disk may be in trouble for a moment. */
  @Test
  void whatCannotBeReadNow_isReadLater() throws Exception {
    AtomicBoolean fails = new AtomicBoolean(true);
    BlockingQueue<Long> told = new LinkedBlockingQueue<>();
    try (Feed feed =
            new Feed(
                1,
                2,
                after -> {
                  if (fails.getAndSet(false)) {
                    throw new IllegalStateException("the disk does not answer");
                  }
                  return after < 2 ? List.of(event(after + 1)) : List.of();
                });
        AutoCloseable _ = feed.subscribe(0, event -> told.add(event.sequence()))) {
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(1);
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(2);
      feed.publish(List.of(event(3)));
      assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo(3);
    }
  }
}
