package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;
import java.util.Map;

/** Whether there is a GPU on the bus, and what drives it. */
record PciDevices() implements Check {
  private static final String DEVICES = "/sys/bus/pci/devices";
  private static final Map<String, String> VENDORS =
      Map.of("0x10de", "NVIDIA", "0x1002", "AMD", "0x1022", "AMD", "0x8086", "Intel");

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
    return "At least one display device (PCI class 03) of NVIDIA, AMD or Intel is on the bus."
        + " Without one nothing encodes on hardware, whatever is installed.";
  }

  @Override
  public String source() {
    return "PCI Code and ID Assignment Specification, class 03h";
  }

  @Override
  public List<Wanted> files() {
    return List.of(
        Wanted.list(DEVICES),
        Wanted.text(DEVICES + "/*/class"),
        Wanted.text(DEVICES + "/{gpu}/vendor"),
        Wanted.text(DEVICES + "/{gpu}/device"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!machine.files().has(DEVICES)) {
      return List.of(
          Found.by(this)
              .seen(DEVICES, "is not there")
              .unknown("the PCI bus cannot be read", "Whether there is a GPU cannot be told."));
    }
    List<String> gpus =
        machine.displays().stream()
            .filter(device -> VENDORS.containsKey(vendor(machine, device)))
            .toList();
    if (gpus.isEmpty()) {
      return List.of(
          Found.by(this)
              .seen(DEVICES + "/*/class", machine.displays().size() + " display devices")
              .remedy(
                  Remedy.byHand(
                      "If there should be one: check that the card is seated and has its power"
                          + " cables, and that the slot is enabled in the BIOS; in a virtual machine,"
                          + " that it is passed through."))
              .fail(
                  "no GPU of NVIDIA, AMD or Intel is on the bus",
                  "Nothing can encode on hardware here; software can."));
    }
    return gpus.stream()
        .map(gpu ->
            Found.by(this, gpu)
                .seen(machine.files().text(DEVICES + "/" + gpu + "/device"))
                .pass(VENDORS.get(vendor(machine, gpu)) + " GPU at " + gpu))
        .toList();
  }

  private static String vendor(Machine machine, String device) {
    return machine.files().text(DEVICES + "/" + device + "/vendor").toOptional().orElse("");
  }
}
