package dev.penstock.av;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which threads are inside a call of libav that works on a device, and since when. A driver whose
 * device hangs never lets such a call return, while a thread that has nothing to do is in none:
 * that tells one from the other. Safe from any thread.
 */
public final class DeviceCalls {
  private static final Map<Thread, Long> SINCE = new ConcurrentHashMap<>();
  private static final Call OUTERMOST = () -> SINCE.remove(Thread.currentThread());
  private static final Call NONE = () -> {};

  private DeviceCalls() {}

  /** Ends what {@link #enter} began, on the same thread. */
  interface Call extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * The calling thread begins a call; one within another does not count.
   *
   * @param onDevice whether it works on a device; nothing is noted otherwise
   */
  static Call enter(boolean onDevice) {
    return onDevice && SINCE.putIfAbsent(Thread.currentThread(), System.nanoTime()) == null
        ? OUTERMOST
        : NONE;
  }

  /** For how long that one of the threads has been inside its call which began first. */
  public static Duration longest(Collection<Thread> threads) {
    long now = System.nanoTime();
    long longest = 0;
    for (Thread thread : threads) {
      longest = Math.max(longest, now - SINCE.getOrDefault(thread, now));
    }
    return Duration.ofNanos(longest);
  }
}
