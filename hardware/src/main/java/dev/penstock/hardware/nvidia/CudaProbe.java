package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.Probe;

/** Asks libcuda which devices there are. Makes no context on them. */
public final class CudaProbe implements Probe<CudaFacts> {
  @Override
  public CudaFacts ask(String argument) {
    return CudaDriver.open().facts();
  }
}
