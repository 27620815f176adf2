package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Present;

/** Whether it is cut into instances. */
record NvMig() implements GpuCheck {
  @Override
  public String id() {
    return "nv.mig";
  }

  @Override
  public String title() {
    return "MIG";
  }

  @Override
  public String rule() {
    return "MIG is off, or on by intent: an instance has only its share of the decoders,"
        + " and on A100, A30, H100 and H200 there is no encoder to share. What is set for"
        + " the next reset is what is set now.";
  }

  @Override
  public String source() {
    return "NVIDIA, MIG User Guide; NVML nvmlDeviceGetMigMode";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    NvmlFacts.Modes modes = gpu.modes();
    if (!(modes.mig() instanceof Present<Boolean>(Boolean on, String source))) {
      return Nvidia.unread(found, "MIG", modes.mig());
    }
    found.seen(source, on ? "on" : "off");
    boolean pending = modes.migPending().toOptional().orElse(on);
    if (pending != on) {
      return found
          .remedy(Reset.WHEN_IDLE)
          .remedy(Reset.of(gpu))
          .warn(
              (on ? "on, and off" : "off, and on") + " after the next reset",
              "What this GPU can do changes with its next reset.");
    }
    if (on) {
      return found
          .remedy(
              Remedy.command(
                  "Name the instance that a job is to use in CUDA_VISIBLE_DEVICES.",
                  "nvidia-smi -L"))
          .remedy(
              Remedy.command(
                  "Or turn it off, once nothing uses the GPU.",
                  "sudo nvidia-smi -i " + Nvidia.argument(gpu) + " -mig 0"))
          .warn("on", "A job sees one instance, with its share of decoders and memory.");
    }
    return found.pass("off");
  }
}
