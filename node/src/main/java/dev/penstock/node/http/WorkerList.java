package dev.penstock.node.http;

import java.time.Instant;
import java.util.List;

/** The processes that do the work. Any thread. */
@FunctionalInterface
public interface WorkerList {
  /**
   * One process.
   *
   * @param place for people
   * @param devices keys; {@code software} for none
   * @param state {@code starting}, {@code ready}, {@code draining} or {@code killed}
   * @param restarts of its place since something was last finished there
   */
  record Worker(
      String place,
      String tenant,
      List<String> devices,
      long pid,
      String state,
      int tasks,
      Instant began,
      int restarts,
      String limits) {
    public Worker {
      devices = List.copyOf(devices);
    }
  }

  List<Worker> workers();
}
