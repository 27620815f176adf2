package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;
import java.util.Set;

/** Which kernel driver each GPU has. */
record PciDriver() implements Check {
  private static final Set<String> GOOD = Set.of("nvidia", "amdgpu", "radeon", "i915", "xe");
  private static final Set<String> PASSED_THROUGH =
      Set.of("vfio-pci", "xe-vfio-pci", "nvgrace_gpu_vfio_pci", "nvidia_vgpu_vfio", "pci-stub");

  @Override
  public String id() {
    return "pci.driver";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "kernel drivers of GPUs";
  }

  @Override
  public String rule() {
    return "Each GPU is bound to a driver that can encode: nvidia, amdgpu, radeon, i915 or xe."
        + " nouveau cannot; one that is bound to vfio-pci belongs to a virtual machine.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci of the Linux kernel, driver";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.WANTED;
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Found found = Found.by(this, gpu.address());
    if (machine.files().at(gpu.path("driver")).isEmpty()) {
      return found.unknown(gpu.path("driver") + " was not looked at", "");
    }
    if (gpu.driver().isEmpty()) {
      return found
          .seen(gpu.path("driver"), "is not there")
          .remedy(Remedy.safe("Load its driver.", "modprobe " + expected(gpu)))
          .remedy(
              Remedy.command(
                  "If that changes nothing, see what the kernel says of it.",
                  "journalctl -k -b | grep -E '" + gpu.address() + "|NVRM|amdgpu|i915|xe '"))
          .fail("no driver is bound to it", "Nothing can encode on this GPU.");
    }
    String driver = gpu.driver().get();
    found.seen(gpu.path("driver"), driver);
    if (GOOD.contains(driver)) {
      return found.pass("driver " + driver);
    }
    if (PASSED_THROUGH.contains(driver)) {
      return found.skip("driver " + driver + ": it is passed through to a virtual machine");
    }
    if (driver.equals("nouveau")) {
      return found
          .remedy(Remedy.byHand("See nv.nouveau."))
          .fail("driver nouveau", "nouveau cannot encode: NVENC needs NVIDIA's own driver.");
    }
    return found
        .remedy(
            Remedy.command(
                "Give it to its own driver, when nobody uses it.",
                "echo " + gpu.address() + " > " + gpu.path("driver/unbind"),
                "modprobe " + expected(gpu),
                "echo " + gpu.address() + " > /sys/bus/pci/drivers_probe"))
        .fail("driver " + driver, "This driver cannot encode.");
  }

  private static String expected(Gpu gpu) {
    return switch (gpu.vendor()) {
      case NVIDIA -> "nvidia";
      case AMD -> "amdgpu";
      case INTEL -> "i915";
    };
  }
}
