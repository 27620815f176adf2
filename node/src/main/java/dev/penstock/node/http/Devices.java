package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/** The devices of the node and how they fare. Any thread; answers from what was read last. */
@FunctionalInterface
public interface Devices {
  /** Whether it is given work. */
  enum State {
    READY,
    DRAINING,
    DRAINED,
    DEGRADED,
    LOST,
    UNKNOWN
  }

  /**
   * One device. What is not known is empty, and null in JSON.
   *
   * @param key as {@code model.Device.Identity} has it; {@code software} for the software pool
   * @param reason why its state is not READY; of one that is, what trials of it failed
   * @param encoder percent
   * @param decoder percent
   * @param compute percent
   * @param memoryTotal bytes
   * @param memoryUsed bytes
   * @param temperature °C
   * @param power watts
   */
  record Status(
      String key,
      String name,
      String vendor,
      State state,
      Optional<String> reason,
      @JsonInclude Optional<Double> encoder,
      @JsonInclude Optional<Double> decoder,
      @JsonInclude Optional<Double> compute,
      @JsonInclude Optional<Long> memoryTotal,
      @JsonInclude Optional<Long> memoryUsed,
      @JsonInclude Optional<Double> temperature,
      @JsonInclude Optional<Double> power,
      List<Session> sessions) {
    public Status {
      sessions = List.copyOf(sessions);
    }

    /** The same with these sessions. */
    Status with(List<Session> others) {
      return new Status(
          key,
          name,
          vendor,
          state,
          reason,
          encoder,
          decoder,
          compute,
          memoryTotal,
          memoryUsed,
          temperature,
          power,
          others);
    }
  }

  /**
   * Something that has an engine.
   *
   * @param engine such as {@code encoder}
   * @param what the rendition, or the process where it is not ours
   */
  record Session(String engine, String what, Optional<String> job) {}

  List<Status> devices();
}
