package dev.penstock.hardware.capability;

import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** A device, as far as it is known yet. */
final class Draft {
  static final String UNKNOWN = "unknown GPU";

  /** How capabilities are listed. */
  static final Comparator<Capability> ORDER =
      Comparator.comparing(Capability::direction)
          .thenComparing(Capability::api)
          .thenComparingInt(each -> Codecs.rank(each.codec()));

  final Optional<String> pci;
  Optional<String> uuid = Optional.empty();
  String name = UNKNOWN;

  /** Vendor and device, such as {@code 10de:26b9}; empty where not known. */
  String ids = "";

  /** The version of AMD's video block, such as {@code 4.0.0}; empty where not known. */
  String vcn = "";

  /** NVML's word for its line of products. */
  Optional<String> brand = Optional.empty();

  /** As NVML names it; empty where not known. */
  String generation = "";

  /** Numbers, because nobody told its name yet. */
  boolean nameIsOfBus;

  Vendor vendor = Vendor.OTHER;
  Optional<String> renderNode = Optional.empty();
  OptionalInt nvml = OptionalInt.empty();
  OptionalInt cuda = OptionalInt.empty();
  Reading<Integer> encoders = unasked("encoders");
  Reading<Integer> decoders = unasked("decoders");
  Reading<Integer> jpeg = unasked("jpeg");
  Reading<Integer> opticalFlow = unasked("opticalFlow");
  Reading<Long> memory = Reading.absent(Why.NOT_ASKED, "memory", "was not asked");
  Reading<Integer> sessionLimit = unasked("sessionLimit");
  final List<Capability> capabilities = new ArrayList<>();

  /** Each with its version. */
  final Set<String> drivers = new TreeSet<>();

  Draft(Optional<String> pci) {
    this.pci = pci;
  }

  private static Reading<Integer> unasked(String what) {
    return Reading.absent(Why.NOT_ASKED, what, "was not asked");
  }

  private Optional<String> driver() {
    return drivers.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", drivers));
  }

  Device device() {
    capabilities.sort(ORDER);
    return new Device(
        new Device.Identity(name, vendor, uuid, pci, renderNode, nvml, cuda, driver()),
        new Device.Engines(encoders, decoders, jpeg, opticalFlow),
        memory,
        sessionLimit,
        capabilities);
  }
}
