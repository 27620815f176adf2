package dev.penstock.engine;

import java.util.List;
import java.util.function.Consumer;

/** Closing of things whose close cannot fail in a way that matters. */
final class Closing {
  private Closing() {}

  /** Handles and messages do not throw from close; one that does is a bug and is said so. */
  static void quietly(AutoCloseable item) {
    try {
      item.close();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("close failed: " + item, e);
    }
  }

  /** Gives each item to {@code taker}, which closes it; on a throw, closes those not yet given. */
  static <T extends AutoCloseable> void handOver(List<T> items, Consumer<T> taker) {
    int given = 0;
    try {
      while (given < items.size()) {
        taker.accept(items.get(given++));
      }
    } finally {
      items.subList(given, items.size()).forEach(Closing::quietly);
    }
  }
}
