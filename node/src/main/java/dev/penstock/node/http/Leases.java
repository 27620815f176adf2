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
    /** Its worker says that it runs, and readings do not show it. */
    CLAIMED,
    CONFIRMED
  }

  /**
   * One session of a device.
   *
   * @param what the rendition
   * @param doubt why it is not taken for granted
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
      Optional<String> doubt,
      Instant since,
      Optional<Instant> expires,
      Map<String, Double> demand) {
    public Lease {
      demand = Map.copyOf(demand);
    }
  }

  List<Lease> leases();
}
