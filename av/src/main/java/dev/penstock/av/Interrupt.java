package dev.penstock.av;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.bytedeco.ffmpeg.avformat.AVIOInterruptCB;
import org.bytedeco.javacpp.Pointer;

/**
 * Ends blocking I/O: when the job is cancelled, and when one operation takes longer than it may.
 * libav polls it while it waits for a host, {@link Pipe} while it waits for a pipe. Safe from any
 * thread. Close it after the handles that were opened with it.
 */
public final class Interrupt implements AutoCloseable {
  private static final AtomicLong IDS = new AtomicLong(1);
  private static final ConcurrentHashMap<Long, Interrupt> BY_ID = new ConcurrentHashMap<>();

  private static final Duration UNLIMITED = Duration.ofDays(10_000);

  private final long id = IDS.getAndIncrement();
  private final BooleanSupplier cancelled;
  private final long timeoutNanos;
  private volatile long deadline;
  private volatile boolean timedOut;

  private Interrupt(BooleanSupplier cancelled, Duration timeout) {
    this.cancelled = cancelled;
    this.timeoutNanos = timeout.toNanos();
    this.deadline = System.nanoTime() + timeoutNanos;
  }

  /**
   * One that nothing has ended yet.
   *
   * @param timeout bound on each single open, read or write
   */
  public static Interrupt of(BooleanSupplier cancelled, Duration timeout) {
    Natives.load();
    Interrupt interrupt = new Interrupt(cancelled, timeout);
    BY_ID.put(interrupt.id, interrupt);
    return interrupt;
  }

  /** One that only a cancellation ends. */
  public static Interrupt of(BooleanSupplier cancelled) {
    return of(cancelled, UNLIMITED);
  }

  /** Gives the next operation its full time. */
  void restart() {
    deadline = System.nanoTime() + timeoutNanos;
  }

  /** Whether it ended an operation because of its time, rather than a cancellation. */
  public boolean timedOut() {
    return timedOut;
  }

  public Duration timeout() {
    return Duration.ofNanos(timeoutNanos);
  }

  void attachTo(AVIOInterruptCB target) {
    target.callback(Callback.INSTANCE);
    target.opaque(Pointers.of(id));
  }

  boolean shouldStop() {
    if (isCancelled()) {
      return true;
    }
    if (System.nanoTime() - deadline > 0) {
      timedOut = true;
      return true;
    }
    return false;
  }

  /** A question that fails is answered with yes: nobody could stop the operation otherwise. */
  private boolean isCancelled() {
    try {
      return cancelled.getAsBoolean();
    } catch (RuntimeException broken) {
      return true;
    }
  }

  @Override
  public void close() {
    BY_ID.remove(id);
  }

  /** One for all: JavaCPP makes only a handful of C functions for each callback class. */
  private static final class Callback extends AVIOInterruptCB.Callback_Pointer {
    static final Callback INSTANCE = new Callback();

    /** An exception must not cross into C: it would end the process. */
    @Override
    @SuppressWarnings("CatchThrowable")
    public int call(Pointer opaque) {
      try {
        Interrupt interrupt = BY_ID.get(opaque.address());
        return interrupt != null && interrupt.shouldStop() ? 1 : 0;
      } catch (Throwable unknown) {
        return 1;
      }
    }
  }
}
