package dev.penstock.node.http;

import java.util.List;

/** Whether jobs would be worked on. Any thread; answers at once. */
@FunctionalInterface
public interface Readiness {
  /**
   * One thing it takes.
   *
   * @param name such as {@code journal}, {@code workers}, {@code disk}
   */
  record Check(String name, boolean ready, String text) {}

  List<Check> checks();
}
