package dev.penstock.hardware.check;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import java.util.List;

/** A check of NVIDIA's GPUs that asks NVML. */
interface NvmlCheck extends Check {
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
}
