package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.nvidia.CudaFacts;
import dev.penstock.hardware.nvidia.CudaProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;

/** Whether CUDA, through which NVENC and NVDEC are reached, can be initialised. */
record NvCuda() implements Check {
  @Override
  public String id() {
    return "nv.cuda";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "CUDA driver";
  }

  @Override
  public String rule() {
    return "libcuda.so.1 can be loaded, cuInit succeeds and there is a device. NVENC and NVDEC are"
        + " reached through it; neither needs a CUDA toolkit.";
  }

  @Override
  public String source() {
    return "CUDA Driver API, CUresult; NVIDIA Video Codec SDK 13.0, NVENC programming guide";
  }

  @Override
  public List<Wanted> files() {
    return DeviceMap.files();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(CudaProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    Reading<CudaFacts> answer = machine.answer(CudaProbe.class, CudaFacts.class);
    if (!NvidiaGpus.any(machine)) {
      return List.of(Found.by(this).skip("there is no NVIDIA GPU"));
    }
    return List.of(
        switch (answer) {
          case Reading.Present<CudaFacts>(CudaFacts facts, String _) -> judged(facts);
          case Reading.Absent<CudaFacts> absent -> NvidiaGpus.unanswered(this, absent, "CUDA");
        });
  }

  private Finding judged(CudaFacts facts) {
    if (facts.library() instanceof Reading.Absent<String>(Why why, String _, String text)) {
      return Found.by(this)
          .seen(facts.library())
          .remedy(NvidiaGpus.library("libnvidia-compute"))
          .fail(
              why == Why.MISSING
                  ? "libcuda.so.1 is missing"
                  : "libcuda.so.1 cannot be loaded: " + text,
              "Neither NVENC nor NVDEC can be reached.");
    }
    int code = facts.init().toOptional().orElse(0);
    Found found = Found.by(this).seen("cuInit", CudaFacts.error(code)).seen(facts.version());
    if (code != 0) {
      return found
          .remedy(remedy(code))
          .fail(
              "cuInit failed with " + CudaFacts.error(code),
              "Neither NVENC nor NVDEC can be reached: " + meaning(code) + ".");
    }
    if (facts.devices().isEmpty()) {
      return found
          .remedy(remedy(100))
          .fail(
              "CUDA serves no device to this process",
              "Neither NVENC nor NVDEC can be reached: " + meaning(100) + ".");
    }
    return found.pass(
        "CUDA "
            + facts.version().toOptional().orElse("?")
            + ", "
            + devices(facts.devices().size()));
  }

  private static String devices(int count) {
    return count + (count == 1 ? " device" : " devices");
  }

  private static String meaning(int code) {
    return switch (code) {
      case 34 -> "this libcuda is the stub of the CUDA toolkit, for linking only";
      case 46 -> "the device is used by another process alone, or split into instances (MIG)";
      case 100, 101 -> "the devices are hidden, or lost";
      case 304, 800 -> "the operating system refuses access to the devices";
      case 802 -> "NVSwitch is not set up: the fabric manager does not run";
      case 803 -> "libcuda and the kernel module are of different versions";
      case 804 -> "a libcuda for forward compatibility was loaded, which this GPU does not support";
      case 999 -> "nvidia_uvm is not loaded or its device not accessible, or the driver is wedged";
      default -> "the driver refuses";
    };
  }

  private static Remedy remedy(int code) {
    return switch (code) {
      case 34, 804 ->
          Remedy.command(
              "Take the folders with \"stubs\" and \"compat\" out of the library search path.",
              "unset LD_LIBRARY_PATH",
              "ldconfig -p | grep libcuda.so.1");
      case 46 -> Remedy.command("Let several processes use the GPUs.", "nvidia-smi -c 0");
      case 100, 101 ->
          Remedy.command(
              "See what hides them, and whether the driver lists them.",
              "echo \"$CUDA_VISIBLE_DEVICES\"",
              "nvidia-smi -L");
      case 802 ->
          Remedy.command(
              "Start the fabric manager.", "systemctl enable --now nvidia-fabricmanager");
      case 803 -> Remedy.command("Load the module that belongs to the libraries.", "reboot");
      default -> Remedy.safe("Load the module and make its devices.", "nvidia-modprobe -c0 -u");
    };
  }
}
