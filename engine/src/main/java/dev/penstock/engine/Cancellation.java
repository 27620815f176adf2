package dev.penstock.engine;

/**
 * A request to stop, at once or where nothing is lost, given once and never taken back. Safe from
 * any thread; blocking libav calls poll it through their interrupt callback.
 */
public final class Cancellation {
  private volatile boolean cancelled;
  private volatile boolean givingWay;

  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }

  /**
   * Asks for a stop when the segments are done that are being worked on. Work that is not cut up,
   * and what comes behind the last segment, is done to its end.
   */
  public void giveWay() {
    givingWay = true;
  }

  public boolean isGivingWay() {
    return givingWay;
  }
}
