package dev.penstock.av;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers which handles are open, and from where, while tracking is on. Off by default: it costs
 * a stack walk for each frame and packet. Safe from any thread.
 */
public final class OpenHandles {
  private static final Map<Handle, Throwable> OPEN =
      Collections.synchronizedMap(new IdentityHashMap<>());
  private static volatile boolean tracking;

  private OpenHandles() {}

  /** Starts from an empty list. */
  public static void track() {
    OPEN.clear();
    tracking = true;
  }

  /** Ends tracking; returns what is still open, each with the stack that opened it. */
  public static List<Leak> untrack() {
    tracking = false;
    synchronized (OPEN) {
      List<Leak> leaks =
          OPEN.entrySet().stream().map(e -> new Leak(e.getKey().name(), e.getValue())).toList();
      OPEN.clear();
      return leaks;
    }
  }

  static void opened(Handle handle) {
    if (tracking) {
      OPEN.put(handle, new Throwable("opened here"));
    }
  }

  static void closed(Handle handle) {
    if (tracking) {
      OPEN.remove(handle);
    }
  }

  /** A handle nobody closed. */
  public record Leak(String name, Throwable openedAt) {}
}
