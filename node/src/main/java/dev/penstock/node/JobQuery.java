package dev.penstock.node;

import dev.penstock.model.Urgency;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which jobs to list, the newest first.
 *
 * @param states labels; empty for all
 * @param labels that a job must have, all of them
 * @param words each of which is in a label, the input or the output, begins the id or, where it is
 *     not short, ends it; however they are written
 * @param before continues after a page that ended with this job
 * @param limit at most 1000
 */
public record JobQuery(
    Optional<String> tenant,
    Set<String> states,
    Optional<Urgency> jobClass,
    Map<String, String> labels,
    List<String> words,
    Optional<Instant> since,
    Optional<JobId> before,
    int limit) {
  public JobQuery {
    states = Set.copyOf(states);
    labels = Map.copyOf(labels);
    words = words.stream().map(each -> each.toLowerCase(Locale.ROOT)).toList();
    if (limit < 1 || limit > 1000) {
      throw new IllegalArgumentException("limit " + limit);
    }
  }
}
