package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.OptionalLong;

/** How many lanes connect each GPU. */
record PciLinkWidth() implements Check {
  private static final int MOST = 32;
  private static final String SLOW =
      "Pictures that are decoded or filtered on the processor reach the encoder more slowly.";

  @Override
  public String id() {
    return "pci.link.width";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "PCIe lanes of GPUs";
  }

  @Override
  public String rule() {
    return "A GPU is connected with as many lanes as it and the port above it have: fewer is a"
        + " fault of the seat or the riser, a quarter of them or less fails. A slot with a"
        + " quarter of the GPU's lanes or less is a warning; many GPUs have eight by design."
        + " The number does not change at idle.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-bus-pci of the Linux kernel, current_link_width,"
        + " max_link_width";
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
    Found found = Found.by(this, gpu.address());
    Reading<Long> now = link.width(machine);
    found.seen(now).seen(link.mostWidth(machine));
    if (!(now instanceof Reading.Present<Long>(Long lanes, String _))) {
      return found.without(now, "it has no PCIe link: it is part of the processor");
    }
    if (!(link.mostWidth(machine) instanceof Reading.Present<Long>(Long most, String _))) {
      return found.without(link.mostWidth(machine), "it does not say how many lanes it has");
    }
    if (lanes == 0 || most == 0) {
      return found.skip("it has no PCIe link: it is part of the processor");
    }
    if (lanes > MOST || most > MOST) {
      return found.unknown("its link reads nonsense: " + lanes + " lanes", "");
    }
    OptionalLong slot = link.mostWidthOfPort(machine);
    slot.ifPresent(width -> found.seen(link.port().orElseThrow(), "max_link_width " + width));
    return judged(found, lanes, most, slot, machine);
  }

  private static Finding judged(
      Found found, long lanes, long most, OptionalLong slot, Machine machine) {
    long possible = Math.min(most, slot.orElse(most));
    if (lanes < possible && slot.isEmpty() && Place.isVirtual(machine)) {
      return found.skip(
          "x"
              + lanes
              + " of x"
              + most
              + "; the port above belongs to the host of this virtual machine");
    }
    if (lanes < possible) {
      String summary = "x" + lanes + ", where x" + possible + " is possible";
      found.remedy(
          Remedy.byHand(
              "Power off and seat the card anew; try it without a riser; look in the BIOS for lanes"
                  + " that are shared with another slot (bifurcation)."));
      return 4 * lanes <= possible ? found.fail(summary, SLOW) : found.warn(summary, SLOW);
    }
    if (4 * lanes <= most) {
      return found
          .remedy(Remedy.byHand("Put the card into a slot with more lanes, if there is one."))
          .warn("x" + lanes + ", which is all that the slot has, of x" + most, SLOW);
    }
    return found.pass(
        "x" + lanes + (lanes < most ? ", which is all that the slot has, of x" + most : ""));
  }
}
