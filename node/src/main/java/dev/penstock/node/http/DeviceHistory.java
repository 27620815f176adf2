package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** How the devices fared lately. Any thread; answers at once. */
@FunctionalInterface
public interface DeviceHistory {
  /**
   * A device at a moment; units as in {@link Devices.Status}. What was not known is empty, and null
   * in JSON.
   */
  record Sample(
      Instant at,
      @JsonInclude Optional<Double> encoder,
      @JsonInclude Optional<Double> decoder,
      @JsonInclude Optional<Double> compute,
      @JsonInclude Optional<Long> memoryUsed,
      @JsonInclude Optional<Double> temperature,
      @JsonInclude Optional<Double> power) {}

  /** The samples of a device, the oldest first. */
  record Series(String key, List<Sample> samples) {
    public Series {
      samples = List.copyOf(samples);
    }
  }

  /**
   * All of it.
   *
   * @param period seconds between samples
   */
  record Page(double period, List<Series> devices) {
    public Page {
      devices = List.copyOf(devices);
    }
  }

  Page page();
}
