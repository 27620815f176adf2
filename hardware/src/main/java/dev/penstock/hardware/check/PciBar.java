package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;

/** Whether the memory of a GPU has addresses. */
record PciBar() implements Check {

  @Override
  public String id() {
    return "pci.bar";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "memory windows of GPUs";
  }

  @Override
  public String rule() {
    return "Every memory window (BAR) of a GPU has an address. Large ones need addresses above"
        + " 4 GiB, which the BIOS must give (Above 4G Decoding).";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci and include/linux/ioport.h"
        + " (IORESOURCE_UNSET) of the Linux kernel; NVIDIA nv-pci.c, \"This PCI I/O region"
        + " assigned to your NVIDIA device is invalid\"";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(Wanted.text(Gpu.DEVICES + "/{gpu}/resource"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Reading<String> resource = gpu.text(machine, "resource");
    if (!(resource instanceof Reading.Present<String>(String text, String path))) {
      return Found.by(this, gpu.address()).seen(resource).without(resource, "it has no windows");
    }
    List<Bar> bars = Bar.of(text);
    Found found = Found.by(this, gpu.address());
    bars.forEach(bar -> found.seen(path + ", " + bar.number(), bar.text()));
    List<Bar> homeless = bars.stream().filter(bar -> !bar.hasAddress()).toList();
    if (!homeless.isEmpty()) {
      return found
          .remedy(
              Remedy.byHand(
                  "In the BIOS enable Above 4G Decoding (on servers also MMIO High Size), and start"
                      + " by UEFI, without CSM."))
          .remedy(
              Remedy.byHand(
                  "If that is not to be had: add pci=realloc to the kernel command line, and reboot."))
          .fail(
              "BAR " + homeless.getFirst().number() + " has no address",
              "The driver cannot reach the GPU's memory; it does not start it.");
    }
    return bars.isEmpty()
        ? found.unknown(path + " names no windows", "")
        : found.pass(
            "windows have addresses, the largest is "
                + bars.stream().max(Bar.BY_SIZE).orElseThrow().text());
  }
}
