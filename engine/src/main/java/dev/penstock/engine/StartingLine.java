package dev.penstock.engine;

import java.time.Duration;

/**
 * Where the encoders of a pipeline wait until all of them are open. SVT-AV1 sets up tables for the
 * whole process when an encoder is opened, and another that predicts from them meanwhile crashes;
 * so the rungs of a ladder open theirs before any gets a picture to encode.
 */
final class StartingLine {
  /**
   * A rung opens its encoder for its first picture, and those that wait hold up few. Should one
   * need more than the links hold, going on is better than standing still.
   */
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private static final long POLL_MILLIS = 50;

  private final Run run;
  private int missing;

  StartingLine(Run run) {
    this.run = run;
  }

  /** Whether encoders of this name must not be opened while another works. */
  static boolean isFor(String encoder) {
    return encoder.equals("libsvtav1");
  }

  /** One more will come. Before any stage runs. */
  synchronized void expect() {
    missing++;
  }

  /** One is open, or never will be. */
  synchronized void arrive() {
    missing--;
    notifyAll();
  }

  /** Waits for the others; leaves when the run is stopped. */
  synchronized void await() {
    long end = System.nanoTime() + LONGEST.toNanos();
    while (missing > 0 && System.nanoTime() < end) {
      run.check();
      try {
        wait(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Aborted();
      }
    }
  }
}
