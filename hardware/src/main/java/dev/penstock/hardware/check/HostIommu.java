package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;

/** Whether transfers of GPUs are translated. */
record HostIommu() implements Check {

  @Override
  public String id() {
    return "host.iommu";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "IOMMU";
  }

  @Override
  public String rule() {
    return "With several GPUs on bare metal, their transfers are not translated strictly, each"
        + " mapping of a buffer then waiting for the IOMMU and copies between GPUs taking"
        + " detours. One GPU, lazy translation (DMA-FQ) and none (identity) are fine.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-kernel-iommu_groups of the Linux kernel; iommu="
        + " and iommu.strict= in kernel-parameters.txt";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Place.and(Wanted.texts(Gpu.DEVICES + "/{gpu}/iommu_group/type", "/proc/cmdline")));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    boolean many = !Gpu.peers(machine).isEmpty() && !Place.isVirtual(machine);
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine, many));
  }

  private Finding judged(Gpu gpu, Machine machine, boolean many) {
    Reading<String> type = gpu.text(machine, "iommu_group/type");
    Found found =
        Found.by(this, gpu.address()).seen(type).seen(machine.files().text("/proc/cmdline"));
    if (type instanceof Reading.Absent<String>(Why why, String _, String _) && why == Why.MISSING) {
      return found.pass("no IOMMU stands between it and memory");
    }
    if (!(type instanceof Reading.Present<String>(String mode, String _))) {
      return found.without(type, "");
    }
    return many && mode.equals("DMA")
        ? found
            .remedy(
                Remedy.byHand(
                    "Add iommu=pt to the kernel command line, unless devices are passed through to"
                        + " virtual machines of strangers, and reboot."))
            .warn(
                "its transfers are translated strictly, and there are several GPUs",
                "Copies between GPUs take detours, and mapping buffers costs time.")
        : found.pass("IOMMU mode " + mode);
  }
}
