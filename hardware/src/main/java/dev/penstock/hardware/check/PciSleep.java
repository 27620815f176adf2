package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Set;

/** Whether GPUs of a server may be put to sleep. */
record PciSleep() implements Check {
  private static final String CHASSIS = "/sys/class/dmi/id/chassis_type";

  /** Main server chassis, rack mount, multi-system, blade, blade enclosure. */
  private static final Set<Integer> SERVERS = Set.of(17, 23, 25, 28, 29);

  @Override
  public String id() {
    return "pci.runtimepm";
  }

  @Override
  public Group group() {
    return Group.PCI;
  }

  @Override
  public String title() {
    return "sleep of GPUs";
  }

  @Override
  public String rule() {
    return "The GPUs of a server are not put to sleep when idle (power/control is on): waking"
        + " from D3cold takes time and sometimes fails. On laptops and desktops it is as it"
        + " should be.";
  }

  @Override
  public String source() {
    return "Documentation/ABI/testing/sysfs-devices-power and sysfs-bus-pci (d3cold_allowed)"
        + " of the Linux kernel; SMBIOS Specification, 7.4.1 System Enclosure or Chassis Types";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Wanted.text(CHASSIS),
        Wanted.text(Gpu.DEVICES + "/{gpu}/power/control"),
        Wanted.text(Gpu.DEVICES + "/{gpu}/d3cold_allowed"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    return Gpu.each(this, machine, Gpu.MAKERS, gpu -> judged(gpu, machine));
  }

  private Finding judged(Gpu gpu, Machine machine) {
    Reading<String> control = gpu.text(machine, "power/control");
    Found found = Found.by(this, gpu.address()).seen(control);
    if (!(control instanceof Reading.Present<String>(String value, String path))) {
      return found.without(control, "this kernel does not put devices to sleep");
    }
    if (value.equals("on")) {
      return found.pass("is not put to sleep");
    }
    if (gpu.text(machine, "d3cold_allowed").toOptional().filter("0"::equals).isPresent()) {
      return found.pass("may sleep, but keeps its power");
    }
    if (!isServer(machine)) {
      return found.skip("may be put to sleep when idle; this is no server");
    }
    return found
        .remedy(Remedy.safe("Keep it awake until the next boot.", "echo on > " + path))
        .warn(
            "may be put to sleep when idle",
            "The first session after a pause waits for it to wake, or does not get it.");
  }

  private static boolean isServer(Machine machine) {
    return machine
        .files()
        .number(CHASSIS)
        .toOptional()
        .filter(type -> SERVERS.contains(type.intValue()))
        .isPresent();
  }
}
