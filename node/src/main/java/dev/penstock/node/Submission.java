package dev.penstock.node;

import dev.penstock.model.Urgency;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a user asks the node to do.
 *
 * @param tenant who it is for
 * @param spec the text of a job file, JSON, checked
 * @param priority 0 to 100 within its class; the higher goes first
 * @param deadline when it should be done; an earlier one goes first among equals, and one that
 *     passed is told
 * @param key for submitting again without doing it twice; of the tenant
 * @param after jobs that have to be done before; if one of them does not succeed, this one fails
 * @param webhook told of the end
 */
public record Submission(
    String tenant,
    String spec,
    Urgency jobClass,
    int priority,
    Optional<Instant> deadline,
    Map<String, String> labels,
    Optional<String> key,
    List<JobId> after,
    Optional<URI> webhook) {
  public static final int MOST_PRIORITY = 100;

  public Submission {
    labels = Map.copyOf(labels);
    after = List.copyOf(after);
    if (priority < 0 || priority > MOST_PRIORITY) {
      throw new IllegalArgumentException("priority " + priority);
    }
  }
}
