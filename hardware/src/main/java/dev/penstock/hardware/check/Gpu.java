package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.PciAddress;
import dev.penstock.hardware.PciBus;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A GPU on the bus.
 *
 * @param address its PCI address with the domain, as sysfs names it
 * @param id the device half of its PCI identifier; -1 when that was not read
 * @param driver the kernel driver that is bound to it
 */
record Gpu(String address, Maker vendor, int id, Optional<String> driver) {
  static final String DEVICES = PciBus.DEVICES;

  /** What {@link #of} looks at. */
  static final List<Wanted> WANTED =
      Stream.concat(
              PciBus.WANTED.stream(),
              Stream.of(Wanted.link(DEVICES + "/{gpu}/driver"), Wanted.link(DEVICES + "/{gpu}")))
          .toList();

  /** Those whose GPUs encode. */
  static final Set<Maker> MAKERS = Set.of(Maker.values());

  /** Those of the three makers, in the order of their addresses. */
  static List<Gpu> of(Machine machine) {
    return machine.displays().stream()
        .filter(PciAddress::isWhole)
        .flatMap(address -> at(machine, address).stream())
        .toList();
  }

  static List<Gpu> of(Machine machine, Maker vendor) {
    return of(machine, Set.of(vendor));
  }

  static List<Gpu> of(Machine machine, Set<Maker> vendors) {
    return of(machine).stream().filter(gpu -> vendors.contains(gpu.vendor())).toList();
  }

  /** Those that copy to each other: several of NVIDIA, or several of AMD. */
  static List<Gpu> peers(Machine machine) {
    return Stream.of(Maker.NVIDIA, Maker.AMD)
        .map(vendor -> of(machine, vendor))
        .filter(gpus -> gpus.size() > 1)
        .flatMap(List::stream)
        .toList();
  }

  private static Optional<Gpu> at(Machine machine, String address) {
    String folder = PciBus.folder(address);
    return Maker.of(machine.files().text(folder + "/vendor").toOptional().orElse(""))
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
    return PciBus.folder(address) + "/" + name;
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
      Check check, Machine machine, Set<Maker> vendors, Function<Gpu, Finding> judge) {
    List<Finding> findings = of(machine, vendors).stream().map(judge).toList();
    return findings.isEmpty() ? List.of(none(check, machine, vendors)) : findings;
  }

  /** Whether there is no other GPU than {@link #of} gives. */
  static boolean areAllKnown(Machine machine) {
    return machine.hasBus() && machine.unreadDevices().isEmpty();
  }

  /** The bus could not be read, which is no sign of there being nothing on it. */
  static Finding withoutBus(Check check, Machine machine) {
    return Found.by(check)
        .seen(machine.files().text(DEVICES))
        .unknown("the PCI bus cannot be read", "Whether there is a GPU cannot be told.");
  }

  static Finding none(Check check, Machine machine, Set<Maker> vendors) {
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
    return Found.by(check).skip("there is no " + kind(vendors));
  }

  private static String kind(Set<Maker> vendors) {
    List<String> makers = vendors.stream().sorted().map(Maker::label).toList();
    return switch (makers.size()) {
      case 1 -> makers.getFirst() + " GPU";
      case 2 -> "GPU of " + String.join(" or ", makers);
      default -> "GPU";
    };
  }
}
