package dev.penstock.node;

import dev.penstock.node.worker.Place;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Fleet;
import java.util.Optional;

/** What is known of the machine. Any thread; answers at once, from what was read last. */
public interface Machine {
  Fleet fleet();

  /**
   * What work costs there.
   *
   * @param gpu that it is for; empty for the processor
   */
  CostModel costs(Optional<String> gpu);

  /** How a worker is told of a GPU. */
  Place.Gpu gpu(String key);
}
