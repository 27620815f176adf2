package dev.penstock.node.http;

import java.util.HashMap;
import java.util.Map;

/** Counts the streams that are open. Any thread. */
final class Streams {
  private final int most;
  private final int mostOfOne;
  private final Map<String, Integer> open = new HashMap<>();
  private int all;

  Streams(int most, int mostOfOne) {
    this.most = most;
    this.mostOfOne = mostOfOne;
  }

  /**
   * Begins one; {@link #end} ends it.
   *
   * @throws ProblemException when there are too many
   */
  synchronized void begin(String client) {
    int own = open.getOrDefault(client, 0);
    if (all >= most || own >= mostOfOne) {
      throw ProblemException.of(
              429,
              "Too many streams",
              client,
              "watches too much at once",
              "the most is " + mostOfOne + " for a client and " + most + " for all",
              "close one first")
          .with("Retry-After", "10");
    }
    all++;
    open.put(client, own + 1);
  }

  synchronized void end(String client) {
    all--;
    open.computeIfPresent(client, (_, count) -> count == 1 ? null : count - 1);
  }

  synchronized int count() {
    return all;
  }
}
