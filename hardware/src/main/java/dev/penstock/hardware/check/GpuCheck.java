package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import java.util.List;

/** One that judges each GPU by itself. */
interface GpuCheck extends NvmlCheck {
  /** Judges a GPU that answers; {@code found} is about it. */
  Finding judged(NvmlFacts.Gpu gpu, Found found);

  @Override
  default List<Finding> examine(Machine machine) {
    return Nvidia.each(this, machine, this::judged);
  }
}
