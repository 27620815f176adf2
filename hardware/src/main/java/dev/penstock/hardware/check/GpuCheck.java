package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import java.util.List;

/** A check of each NVIDIA GPU, by what NVML says of it. */
interface GpuCheck extends Check {
  /** Judges a GPU that answers; {@code found} is about it. */
  Finding judged(NvmlFacts.Gpu gpu, Found found);

  @Override
  default Group group() {
    return Group.NVIDIA;
  }

  @Override
  default List<Wanted> files() {
    return Nvidia.files();
  }

  @Override
  default List<Class<? extends Probe<?>>> probes() {
    return Nvidia.NVML;
  }

  @Override
  default List<Finding> examine(Machine machine) {
    return Nvidia.each(this, machine, this::judged);
  }
}
