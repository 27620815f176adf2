package dev.penstock.node.http;

import dev.penstock.node.JobEvent;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** An event as clients see it. */
public record EventView(
    long sequence,
    Instant at,
    String kind,
    Optional<String> job,
    Optional<String> tenant,
    JsonNode data) {
  static EventView of(JobEvent event) {
    return new EventView(
        event.sequence(),
        event.at(),
        event.kind(),
        event.job().map(Object::toString),
        event.tenant(),
        Wire.tree(event.data()));
  }
}
