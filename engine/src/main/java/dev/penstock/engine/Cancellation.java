package dev.penstock.engine;

/**
 * A request to stop, given once and never taken back. Safe from any thread; blocking libav calls
 * poll it through their interrupt callback.
 */
public final class Cancellation {
  private volatile boolean cancelled;

  public void cancel() {
    cancelled = true;
  }

  public boolean isCancelled() {
    return cancelled;
  }
}
