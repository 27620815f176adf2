package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.HexFormat;
import java.util.List;

/** Whether a GPU still answers on the bus. */
record PciLost() implements Check {

  @Override
  public String id() {
    return "pci.lost";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "GPUs that fell off the bus";
  }

  @Override
  public String rule() {
    return "The first four bytes of the configuration space are not all ones, which is what"
        + " reading a device that is gone gives. A device that is asleep (D3cold, or"
        + " suspended) reads so too and is not judged.";
  }

  @Override
  public String source() {
    return "PCI Express Base Specification, 2.3.2 Completion Handling (all ones);"
        + " Documentation/power/pci.rst of the Linux kernel";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Wanted.hex(Gpu.DEVICES + "/{gpu}/config"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/power_state"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/power/runtime_status"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Reading<byte[]> config = machine.files().bytes(gpu.path("config"));
    Reading<String> state = gpu.text(machine, "power_state");
    Reading<String> status = gpu.text(machine, "power/runtime_status");
    Found found = Found.by(this, gpu.address()).seen(state).seen(status);
    if (!(config instanceof Reading.Present<byte[]>(byte[] bytes, String path))) {
      return found.without(config, "it has no configuration space");
    }
    if (bytes.length < 4) {
      return found.unknown(path + " holds only " + bytes.length + " bytes", "");
    }
    found.seen(path, HexFormat.of().formatHex(bytes, 0, 4));
    if (!HexFormat.of().formatHex(bytes, 0, 4).equals("ffffffff")) {
      return found.pass("answers on the bus");
    }
    if (state.toOptional().filter("D3cold"::equals).isPresent()
        || status.toOptional().filter("suspended"::equals).isPresent()) {
      return found.skip("is asleep, and its configuration reads all ones");
    }
    return found
        .remedy(
            Remedy.command(
                "Stop what uses the other GPUs, and reboot; a virtual machine needs its host to.",
                "reboot"))
        .remedy(
            Remedy.byHand(
                "When it comes again: power off, seat the card anew, check its power cables and the"
                    + " power supply, and its temperature under load."))
        .fail(
            "has fallen off the bus: its configuration reads all ones",
            "All sessions on it are lost, and nothing can be started there until a reboot.");
  }
}
