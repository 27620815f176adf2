package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Whether there is a GPU on the bus, and whether its driver knows it. */
record PciDevices() implements Check {
  private static final String KNOWN = "/proc/driver/nvidia/gpus";
  private static final Pattern MODEL = Pattern.compile("(?m)^Model:\\s+(.*\\S)");
  private static final Pattern MINOR = Pattern.compile("(?m)^Device Minor:\\s+(\\d+)");

  @Override
  public String id() {
    return "pci.enum";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "GPUs on the bus";
  }

  @Override
  public String rule() {
    return "At least one display device (PCI class 03) of NVIDIA, AMD or Intel is on the bus;"
        + " without one nothing encodes on hardware, whatever is installed. Each NVIDIA GPU"
        + " that the driver is bound to is known to it (/proc/driver/nvidia/gpus) and has a"
        + " device node, unless a container was not given it.";
  }

  @Override
  public String source() {
    return "PCI Code and ID Assignment Specification, class 03h; NVIDIA driver README, The"
        + " NVIDIA Driver's Entries in /proc";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Place.and(
            List.of(
                Wanted.list(KNOWN), Wanted.text(KNOWN + "/*/information"), Wanted.list("/dev"))));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!machine.hasBus()) {
      return List.of(Gpu.withoutBus(this, machine));
    }
    List<Finding> findings = new ArrayList<>();
    Gpu.of(machine).forEach(gpu -> findings.add(judged(gpu, machine)));
    machine.unreadDevices().forEach(device -> findings.add(unread(device, machine)));
    return findings.isEmpty() ? List.of(none(machine)) : findings;
  }

  private Finding unread(String device, Machine machine) {
    return Found.by(this, device)
        .seen(machine.files().text(Gpu.path(device, "class")))
        .seen(machine.files().text(Gpu.path(device, "vendor")))
        .unknown("what it is cannot be read", "It may be a GPU.");
  }

  private Finding none(Machine machine) {
    return Found.by(this)
        .seen(Gpu.DEVICES + "/*/class", machine.displays().size() + " display devices")
        .remedy(
            Remedy.byHand(
                "If there should be one: check that the card is seated and has its power cables,"
                    + " and that the slot is enabled in the BIOS; in a virtual machine, that it is"
                    + " passed through."))
        .fail(
            "no GPU of NVIDIA, AMD or Intel is on the bus",
            "Nothing can encode on hardware here; software can.");
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Found found = Found.by(this, gpu.address()).seen(gpu.text(machine, "device"));
    // What the driver knows can be told only where the driver's own list was read.
    if (!gpu.isDrivenBy("nvidia") || !machine.files().has(KNOWN)) {
      return found.pass(gpu.name());
    }
    Optional<String> information =
        machine.files().text(KNOWN + "/" + gpu.address() + "/information").toOptional();
    if (information.isEmpty() && !machine.files().names(KNOWN).contains(gpu.address())) {
      return missing(found, machine, KNOWN + " does not have it", "0");
    }
    Matcher minor = MINOR.matcher(information.orElse(""));
    if (minor.find() && machine.files().has("/dev")) {
      String node = "nvidia" + minor.group(1);
      if (!machine.files().names("/dev").contains(node)) {
        return missing(found, machine, "there is no /dev/" + node, minor.group(1));
      }
    }
    Matcher model = MODEL.matcher(information.orElse(""));
    return found.pass(model.find() ? model.group(1) : gpu.name());
  }

  private static Finding missing(Found found, Machine machine, String what, String minor) {
    if (Place.isContainer(machine)) {
      return found.skip("was not given to this container: " + what);
    }
    return found
        .remedy(Remedy.safe("Have the device nodes made.", "nvidia-modprobe -u -c " + minor))
        .remedy(
            Remedy.command(
                "See why the driver gave up on it.", "journalctl -k -b | grep -E 'NVRM|Xid'"))
        .fail("is on the bus, and " + what, "Nothing can encode on this GPU.");
  }
}
