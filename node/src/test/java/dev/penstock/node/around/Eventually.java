package dev.penstock.node.around;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what another thread does. */
final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final long LOOK_EVERY = Duration.ofMillis(5).toNanos();

  private Eventually() {}

  static void is(String what, BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("never: " + what);
      }
      LockSupport.parkNanos(LOOK_EVERY);
    }
  }
}
