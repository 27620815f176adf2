package dev.penstock.hardware.check;

import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;

/** Who may use it at once. */
record NvComputeMode() implements GpuCheck {
  @Override
  public String id() {
    return "nv.computemode";
  }

  @Override
  public String title() {
    return "compute mode";
  }

  @Override
  public String rule() {
    return "The compute mode is default: several processes may use the GPU at once.";
  }

  @Override
  public String source() {
    return "NVML nvmlDeviceGetComputeMode; CUDA_ERROR_DEVICE_UNAVAILABLE (46)";
  }

  @Override
  public Finding judged(NvmlFacts.Gpu gpu, Found found) {
    return switch (gpu.modes().compute()) {
      case Absent<String> absent -> Nvidia.unread(found, "compute mode", absent);
      case Present<String>(String mode, String source) ->
          judged(mode, found.seen(source, mode), shared(gpu));
    };
  }

  private static Finding judged(String mode, Found found, Remedy shared) {
    return switch (mode) {
      case "default" -> found.pass("default");
      case "prohibited" ->
          found
              .remedy(shared)
              .fail("prohibited", "No process may use CUDA on it, so nothing encodes or decodes.");
      case "exclusive_process", "exclusive_thread" ->
          found
              .remedy(shared)
              .warn(
                  "exclusive: one process at a time",
                  "A second job on this GPU fails with CUDA_ERROR_DEVICE_UNAVAILABLE.");
      default -> found.unknown("a mode that this version does not know: " + mode, "");
    };
  }

  private static Remedy shared(NvmlFacts.Gpu gpu) {
    return Remedy.safe(
        "Let several processes share it.",
        "sudo nvidia-smi -i " + Nvidia.argument(gpu) + " --compute-mode=DEFAULT");
  }
}
