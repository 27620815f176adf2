package dev.penstock.engine;

import dev.penstock.model.Plan;
import dev.penstock.model.Stage;
import java.time.Duration;

/**
 * Looks whether a GPU answers a pipeline: a driver whose GPU hangs blocks its callers for ever. Run
 * now and then by one thread; fails the run once a stage has been inside one call for too long.
 * What waits for its input, or for an encoder of the processor, is in none.
 */
final class Watch implements Runnable {
  private final Run run;
  private final Plan.Seat seat;
  private final Duration patience;

  Watch(Run run, Plan.Seat seat, Duration patience) {
    this.run = run;
    this.seat = seat;
    this.patience = patience;
  }

  @Override
  public void run() {
    if (run.longestDeviceCall().compareTo(patience) > 0) {
      throw GpuFault.unresponsive(
          seat, Stage.ENCODE, "has not answered for " + GpuFault.words(patience));
    }
  }
}
