package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;

/** How much of each device is used. Any thread. */
@FunctionalInterface
public interface Capacity {
  /**
   * One dimension of one device.
   *
   * @param used measured, ours and others'; empty where there is none, or it is not known
   * @param reserved of leases that are not confirmed yet
   * @param limit up to which work is admitted; empty where there is none, or it is not known
   */
  record Room(
      String device,
      String dimension,
      String unit,
      @JsonInclude Optional<Double> used,
      double reserved,
      @JsonInclude Optional<Double> limit) {}

  List<Room> rooms();
}
