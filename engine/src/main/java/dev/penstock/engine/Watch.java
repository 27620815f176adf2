package dev.penstock.engine;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Stage;
import java.time.Duration;

/**
 * Looks whether a pipeline on a GPU gets on: a driver whose GPU hangs blocks its callers for ever.
 * Run now and then by one thread; fails the run once nothing has moved for too long.
 */
final class Watch implements Runnable {
  private final Pipeline pipeline;
  private final Plan.Seat seat;
  private final Duration patience;
  private long seen = -1;
  private long since = System.nanoTime();

  /** Nothing moved; whether the GPU can be opened is not to be tried, as that may hang too. */
  static final class Unresponsive extends RuntimeException {
    Unresponsive(String message) {
      super(message);
    }
  }

  Watch(Pipeline pipeline, Plan.Seat seat, Duration patience) {
    this.pipeline = pipeline;
    this.seat = seat;
    this.patience = patience;
  }

  @Override
  public void run() {
    long moved = pipeline.accounts().moved() + pipeline.writing().bytesWritten();
    long now = System.nanoTime();
    if (moved != seen) {
      seen = moved;
      since = now;
    } else if (now - since > patience.toNanos()) {
      throw unresponsive();
    }
  }

  private FailureException unresponsive() {
    String problem = "has not answered for " + patience.toSeconds() + " s";
    return new FailureException(
        new Failure.DeviceLost(
            new Diagnosis(
                seat.toString(),
                Stage.ENCODE,
                problem,
                "the GPU or its driver hangs, or the input gives no data",
                "run penstock faults to see what the driver reported; the machine may have to be"
                    + " restarted")),
        new Unresponsive(problem));
  }
}
