package dev.penstock.node;

import dev.penstock.node.worker.Place;
import dev.penstock.node.worker.Setting;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Fleet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is known of the machine. Any thread; answers at once, from what was read last. */
public interface Machine {
  Fleet fleet();

  /** Keys of all GPUs, also of those that are lost. */
  List<String> gpus();

  /** Of them those that have failed, do not answer, or were set out. */
  Set<String> lost();

  /** Why there may be GPUs, or things that they do, that are not known yet; a line. */
  default Optional<String> unsure() {
    return Optional.empty();
  }

  /** What workers are told of the GPUs; where it is empty they look for themselves. */
  default Optional<Setting.Gpus> known() {
    return Optional.empty();
  }

  /** Those that get no work for a while, as they do not work, and why. */
  default void setOut(Map<String, String> degraded) {}

  /** Those of which an operator said since the last call that they are well. */
  default Set<String> cleared() {
    return Set.of();
  }

  /**
   * What work costs there.
   *
   * @param gpu that it is for; empty for the processor
   */
  CostModel costs(Optional<String> gpu);

  /** What learns from jobs. */
  default Experience experience() {
    return Experience.NONE;
  }

  /** How a worker is told of a GPU. */
  Place.Gpu gpu(String key);
}
