package dev.penstock.node;

import dev.penstock.node.worker.Place;
import dev.penstock.planner.admission.Corrections;
import dev.penstock.planner.admission.CostModel;
import dev.penstock.planner.admission.Figures;
import dev.penstock.planner.admission.Fleet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A machine without GPUs. */
class Bare implements Machine {
  @Override
  public Fleet fleet() {
    return new Fleet(List.of(), List.of(), Fleet.Host.of(8));
  }

  @Override
  public List<String> gpus() {
    return List.of();
  }

  @Override
  public Set<String> lost() {
    return Set.of();
  }

  @Override
  public CostModel costs(Optional<String> gpu) {
    return new CostModel(Figures.ofSoftware(Optional.empty()), Corrections.NONE, 8);
  }

  @Override
  public Place.Gpu gpu(String key) {
    throw new IllegalArgumentException(key);
  }
}
