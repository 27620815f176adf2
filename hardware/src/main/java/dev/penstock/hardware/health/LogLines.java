package dev.penstock.hardware.health;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** Lines of a kernel log as they come. One thread reads; any may close, which ends the wait. */
interface LogLines extends AutoCloseable {
  /**
   * The next line or record; waits for it no longer than that. Empty when there is none yet.
   *
   * @throws IOException when the log cannot be read any more
   */
  Optional<String> next(Duration wait) throws IOException;

  /** Whether there will be nothing more; one that is followed has no end. */
  default boolean hasEnded() {
    return false;
  }

  @Override
  void close();
}
