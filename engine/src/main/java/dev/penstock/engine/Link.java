package dev.penstock.engine;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A bounded queue between stages. Any thread sends, one receives. Items that are never received are
 * closed.
 */
final class Link<T extends AutoCloseable> {
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private final int capacity;
  private boolean ended;
  private boolean aborted;

  Link(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Hands an item over, waiting for room. On a throw the item is closed.
   *
   * @throws Aborted when the run was stopped
   */
  synchronized void send(T item) {
    awaitUntil(() -> items.size() < capacity);
    if (aborted) {
      Closing.quietly(item);
      throw new Aborted();
    }
    items.add(item);
    notifyAll();
  }

  /** Tells the receiver that nothing follows. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /**
   * The next item, waiting for one; empty when there are no more.
   *
   * @throws Aborted when the run was stopped
   */
  synchronized Optional<T> receive() {
    awaitUntil(() -> !items.isEmpty() || ended);
    if (aborted) {
      throw new Aborted();
    }
    notifyAll();
    return Optional.ofNullable(items.poll());
  }

  /** Stops both sides and closes what is in between. */
  synchronized void abort() {
    aborted = true;
    items.forEach(Closing::quietly);
    items.clear();
    notifyAll();
  }

  private synchronized void awaitUntil(BooleanSupplier condition) {
    try {
      while (!condition.getAsBoolean() && !aborted) {
        wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      aborted = true;
    }
  }
}
