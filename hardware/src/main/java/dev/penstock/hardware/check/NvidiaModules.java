package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.Set;

/** Whether NVIDIA's kernel modules are loaded. */
record NvidiaModules() implements Check {

  @Override
  public String id() {
    return "nv.modules";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "kernel modules";
  }

  @Override
  public String rule() {
    return "nvidia and nvidia_uvm are loaded: without the first nothing works, without the"
        + " second CUDA and with it NVENC do not start. nvidia_drm is needed for Vulkan and"
        + " for handing frames to other drivers only.";
  }

  @Override
  public String source() {
    return "NVIDIA driver README, Installed Components; cuInit of the CUDA Driver API";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(LoadedModules.WANTED);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    List<Gpu> gpus = Gpu.of(machine, Maker.NVIDIA);
    if (gpus.isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    if (gpus.stream().allMatch(gpu -> gpu.isDrivenBy("vfio-pci"))) {
      return List.of(Found.by(this).skip("all are passed through to virtual machines"));
    }
    return List.of(judged(machine));
  }

  private Finding judged(Machine machine) {
    Reading<String> driver = LoadedModules.state(machine, "nvidia");
    Reading<String> memory = LoadedModules.state(machine, "nvidia_uvm");
    Reading<String> drm = LoadedModules.state(machine, "nvidia_drm");
    Found found = Found.by(this).seen(driver).seen(memory).seen(drm);
    if (isMissing(driver)) {
      return found
          .remedy(
              LoadedModules.has(machine, "nouveau")
                  ? Remedy.byHand("See nv.nouveau, which is in the way.")
                  : Remedy.safe(
                      "Load them, in a container on its host; if that fails see nv.dkms and"
                          + " host.secureboot.",
                      "modprobe nvidia",
                      "modprobe nvidia-uvm"))
          .fail("nvidia is not loaded", "Nothing can encode on the NVIDIA GPUs.");
    }
    if (!isLive(driver)) {
      return found.unknown("whether nvidia is loaded could not be read", "");
    }
    if (isMissing(memory)) {
      return found
          .remedy(
              Remedy.safe(
                  "Load it, and have its device nodes made.",
                  "modprobe nvidia-uvm",
                  "nvidia-modprobe -c 0 -u"))
          .fail(
              "nvidia_uvm is not loaded",
              "CUDA does not start (unknown error, or no device), and NVENC needs CUDA.");
    }
    if (!isLive(memory)) {
      return found.unknown("whether nvidia_uvm is loaded could not be read", "");
    }
    return found.pass(
        "nvidia and nvidia_uvm are loaded"
            + (isLive(drm) ? ", nvidia_drm too" : "; nvidia_drm is not, which only Vulkan needs"));
  }

  private static boolean isMissing(Reading<String> module) {
    return module instanceof Reading.Absent<String>(Why why, String _, String _)
        && why == Why.MISSING;
  }

  private static boolean isLive(Reading<String> module) {
    return module.toOptional().filter("Live"::equals).isPresent();
  }
}
