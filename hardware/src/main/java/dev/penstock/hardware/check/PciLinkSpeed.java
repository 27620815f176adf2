package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading;
import java.util.List;

/** How fast the lanes of each GPU are. */
record PciLinkSpeed() implements Check {

  @Override
  public String id() {
    return "pci.link.speed";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "PCIe generation of GPUs";
  }

  @Override
  public String rule() {
    return "Under load the link of a GPU runs at the highest speed that it and the port above"
        + " it have. At idle GPUs slow their links down to save power, so that a lower speed"
        + " is told and not judged.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci of the Linux kernel, current_link_speed,"
        + " max_link_speed";
  }

  @Override
  public List<Wanted> files() {
    return Link.WANTED;
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Link link = Link.of(machine, gpu);
    Reading<String> now = link.speed(machine);
    Reading<String> most = link.mostSpeed(machine);
    Found found = Found.by(this, gpu.address()).seen(now).seen(most);
    if (!(now instanceof Reading.Present<String>(String nowText, String _))) {
      return found.without(now, "it has no PCIe link: it is part of the processor");
    }
    int generation = Link.generation(nowText);
    int possible = Link.generation(most.toOptional().orElse(""));
    if (generation == 0 || possible == 0) {
      // What an integrated GPU and one that does not answer have in common.
      return found.unknown("the speed of its link is not told: " + nowText, "");
    }
    int port = link.mostGenerationOfPort(machine);
    int together = port == 0 ? possible : Math.min(port, possible);
    String summary = "PCIe " + generation + ".0";
    if (generation < together) {
      return found.skip(
          summary + " of " + together + ".0: at idle a lower speed is normal, not judged");
    }
    return found.pass(
        summary
            + (together < possible
                ? ", which is all that the slot has, of " + possible + ".0"
                : ""));
  }
}
