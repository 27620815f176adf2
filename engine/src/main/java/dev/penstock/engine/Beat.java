package dev.penstock.engine;

import java.util.function.BooleanSupplier;

/**
 * When progress is told of while work goes on: as soon as the first picture is encoded, and about
 * four times a second. One thread.
 */
final class Beat {
  private static final long TICK_MILLIS = 250;

  /** While nothing is encoded yet, which is when people wait. */
  private static final long CLOSE_MILLIS = 20;

  private final BooleanSupplier encodes;
  private boolean hasBegun;
  private long due = System.nanoTime() + TICK_MILLIS * 1_000_000;

  /**
   * @param encodes whether a picture is encoded already
   */
  Beat(BooleanSupplier encodes) {
    this.encodes = encodes;
  }

  /** How long to wait before it is asked again whether it is time. */
  long millis() {
    return hasBegun ? TICK_MILLIS : CLOSE_MILLIS;
  }

  /** Whether it is time to tell. */
  boolean isTime() {
    boolean isFirst = !hasBegun && encodes.getAsBoolean();
    hasBegun |= isFirst;
    if (!isFirst && System.nanoTime() < due) {
      return false;
    }
    due = System.nanoTime() + TICK_MILLIS * 1_000_000;
    return true;
  }
}
