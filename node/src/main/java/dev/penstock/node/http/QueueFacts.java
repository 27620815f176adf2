package dev.penstock.node.http;

import dev.penstock.model.Urgency;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Counts for the metrics. Any thread; asked at each scrape. */
public interface QueueFacts {
  /**
   * How many jobs are alike.
   *
   * @param state its label
   */
  record Count(String state, Urgency jobClass, long jobs) {}

  List<Count> counts();

  /** When the oldest queued job of each class was queued; classes without one are left out. */
  Map<Urgency, Instant> oldest();
}
