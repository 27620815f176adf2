package dev.penstock.planner.placement;

import java.util.List;
import java.util.Optional;

/**
 * Where a plan is carried out: all of its renditions on one GPU.
 *
 * @param gpu its key; empty where all of it is the processor's
 * @param pace thousandths of the full speed that there is room for; 1000 where a speed is kept
 * @param because why there, for people
 */
public record Placement(Optional<String> gpu, long pace, String because) {
  /** As plans name them. */
  public List<String> gpus() {
    return gpu.stream().toList();
  }
}
