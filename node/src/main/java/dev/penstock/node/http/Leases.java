package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.penstock.model.Urgency;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What of the devices is given to whom. Any thread. */
@FunctionalInterface
public interface Leases {
  enum State {
    RESERVED,
    CONFIRMED
  }

  /**
   * One session of a device.
   *
   * @param what the rendition
   * @param expires when it is refunded unless it is confirmed
   * @param demand by dimension
   */
  record Lease(
      String id,
      String device,
      Optional<String> job,
      String what,
      @JsonProperty("class") Urgency jobClass,
      State state,
      Instant since,
      Optional<Instant> expires,
      Map<String, Double> demand) {
    public Lease {
      demand = Map.copyOf(demand);
    }
  }

  List<Lease> leases();
}
