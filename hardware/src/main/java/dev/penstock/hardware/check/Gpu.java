package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A GPU on the bus.
 *
 * @param address its PCI address with the domain, as sysfs names it
 * @param id the device half of its PCI identifier; -1 when that was not read
 * @param driver the kernel driver that is bound to it
 */
record Gpu(String address, Vendor vendor, int id, Optional<String> driver) {
  static final String DEVICES = "/sys/bus/pci/devices";

  static final Pattern ADDRESS =
      Pattern.compile("\\p{XDigit}{4,8}:\\p{XDigit}{2}:\\p{XDigit}{2}\\.[0-7]");

  /** What {@link #of} looks at. */
  static final List<Wanted> WANTED =
      List.of(
          Wanted.list(DEVICES),
          Wanted.text(DEVICES + "/*/class"),
          Wanted.text(DEVICES + "/{gpu}/vendor"),
          Wanted.text(DEVICES + "/{gpu}/device"),
          Wanted.link(DEVICES + "/{gpu}/driver"),
          Wanted.link(DEVICES + "/{gpu}"));

  enum Vendor {
    NVIDIA("NVIDIA"),
    AMD("AMD"),
    INTEL("Intel");

    private final String label;

    Vendor(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }

    /** Of a PCI vendor number; other makers' display devices encode nothing. */
    static Optional<Vendor> of(String number) {
      return switch (number) {
        case "0x10de" -> Optional.of(NVIDIA);
        case "0x1002", "0x1022" -> Optional.of(AMD);
        case "0x8086" -> Optional.of(INTEL);
        default -> Optional.empty();
      };
    }
  }

  /** Those of the three makers, in the order of their addresses. */
  static List<Gpu> of(Machine machine) {
    return machine.displays().stream()
        .filter(address -> ADDRESS.matcher(address).matches())
        .flatMap(address -> at(machine, address).stream())
        .toList();
  }

  static List<Gpu> of(Machine machine, Vendor vendor) {
    return of(machine).stream().filter(gpu -> gpu.vendor() == vendor).toList();
  }

  /** Those that copy to each other: several of NVIDIA, or several of AMD. */
  static List<Gpu> peers(Machine machine) {
    return Stream.of(Vendor.NVIDIA, Vendor.AMD)
        .map(vendor -> of(machine, vendor))
        .filter(gpus -> gpus.size() > 1)
        .flatMap(List::stream)
        .toList();
  }

  private static Optional<Gpu> at(Machine machine, String address) {
    String folder = DEVICES + "/" + address;
    return Vendor.of(machine.files().text(folder + "/vendor").toOptional().orElse(""))
        .map(vendor ->
            new Gpu(
                address,
                vendor,
                machine.files().number(folder + "/device").toOptional().orElse(-1L).intValue(),
                machine.files().linkName(folder + "/driver")));
  }

  /** A file of its folder. */
  String path(String name) {
    return path(address, name);
  }

  static String path(String address, String name) {
    return DEVICES + "/" + address + "/" + name;
  }

  Reading<String> text(Machine machine, String name) {
    return machine.files().text(path(name));
  }

  boolean isDrivenBy(String name) {
    return driver.filter(name::equals).isPresent();
  }

  /** As people say it. */
  String name() {
    return vendor.label() + " GPU" + (id < 0 ? "" : String.format(Locale.ROOT, " %04x", id));
  }

  static List<Wanted> and(List<Wanted> others) {
    return Stream.concat(WANTED.stream(), others.stream()).toList();
  }

  static List<Wanted> and(Wanted... others) {
    return and(List.of(others));
  }

  /** A finding for each GPU of these makers; that there is none is nothing to judge. */
  static List<Finding> each(
      Check check, Machine machine, Set<Vendor> vendors, Function<Gpu, Finding> judge) {
    List<Finding> findings = new ArrayList<>();
    of(machine).stream()
        .filter(gpu -> vendors.contains(gpu.vendor()))
        .forEach(gpu -> findings.add(judge.apply(gpu)));
    return findings.isEmpty() ? List.of(none(check, machine, vendors)) : findings;
  }

  /** The bus could not be read, which is no sign of there being nothing on it. */
  static Finding withoutBus(Check check, Machine machine) {
    return Found.by(check)
        .seen(machine.files().text(DEVICES))
        .unknown("the PCI bus cannot be read", "Whether there is a GPU cannot be told.");
  }

  static Finding none(Check check, Machine machine, Set<Vendor> vendors) {
    if (!machine.hasBus()) {
      return withoutBus(check, machine);
    }
    List<String> unread = machine.unreadDevices();
    if (!unread.isEmpty()) {
      return Found.by(check)
          .unknown(
              "what is at " + String.join(", ", unread) + " cannot be read",
              "Whether there is a GPU cannot be told.");
    }
    String whose = vendors.size() == 1 ? " " + vendors.iterator().next().label() : "";
    return Found.by(check).skip("there is no" + whose + " GPU");
  }
}
