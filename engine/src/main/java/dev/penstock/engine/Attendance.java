package dev.penstock.engine;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Runs a pipeline on its own threads, and waits until every stage has left. */
final class Attendance {
  /** A stage that has not left by then hangs in a blocking call; its handles are abandoned. */
  static final Duration STOP_LIMIT = Duration.ofSeconds(6);

  private final Pipeline pipeline;
  private final Input input;
  private final BooleanSupplier stop;
  private final Runnable tick;

  /**
   * @param stop whether the run is to be ended early
   * @param tick called about four times a second while it runs, and when the first picture is
   *     encoded; what it throws fails the run
   */
  Attendance(Pipeline pipeline, Input input, BooleanSupplier stop, Runnable tick) {
    this.pipeline = pipeline;
    this.input = input;
    this.stop = stop;
    this.tick = tick;
  }

  /**
   * Builds and runs it.
   *
   * @return whether every stage left; if not, its handles are still in use, and the input is
   *     abandoned
   */
  boolean run() {
    Run run = pipeline.run();
    try {
      pipeline.build();
      run.start();
      boolean left = await(run);
      if (!left) {
        input.abandon();
      }
      return left;
    } catch (RuntimeException | Error e) {
      run.stop();
      if (run.leftWithin(STOP_LIMIT)) {
        pipeline.closeUnstarted();
      } else {
        input.abandon();
      }
      throw e;
    }
  }

  private boolean await(Run run) {
    long stopLimit = Long.MAX_VALUE;
    Beat beat = new Beat(() -> pipeline.accounts().videoFrames() > 0);
    while (run.isRunning()) {
      run.await(beat.millis());
      if (stop.getAsBoolean()) {
        run.stop();
      }
      if (run.isStopped() && stopLimit == Long.MAX_VALUE) {
        stopLimit = System.nanoTime() + STOP_LIMIT.toNanos();
      }
      if (run.isStopped() && System.nanoTime() > stopLimit) {
        return false;
      }
      if (!run.isStopped() && (beat.isTime() || !run.isRunning())) {
        tick(run);
      }
    }
    return true;
  }

  private void tick(Run run) {
    try {
      tick.run();
    } catch (RuntimeException e) {
      run.fail(e);
    }
  }
}
