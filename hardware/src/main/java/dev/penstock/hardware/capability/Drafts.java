package dev.penstock.hardware.capability;

import dev.penstock.model.Device;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Reading;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The devices that were met so far. */
final class Drafts {
  private final List<Draft> drafts = new ArrayList<>();

  /** The one at this PCI address. */
  Draft at(String pci) {
    return drafts.stream()
        .filter(draft -> draft.pci.filter(pci::equals).isPresent())
        .findFirst()
        .orElseGet(() -> added(Optional.of(pci)));
  }

  /** The one with this address, or else with this UUID; a new one when there is neither. */
  Draft of(Reading<String> pci, Reading<String> uuid) {
    Optional<String> address = pci.toOptional();
    if (address.isPresent()) {
      return at(address.get());
    }
    return drafts.stream()
        .filter(draft -> draft.uuid.isPresent() && draft.uuid.equals(uuid.toOptional()))
        .findFirst()
        .orElseGet(() -> added(Optional.empty()));
  }

  boolean any(Vendor vendor) {
    return drafts.stream().anyMatch(draft -> draft.vendor == vendor);
  }

  List<Draft> all() {
    return drafts;
  }

  List<Device> devices() {
    return drafts.stream()
        .sorted(Comparator.comparing(draft -> draft.pci.orElse("~")))
        .map(Draft::device)
        .toList();
  }

  private Draft added(Optional<String> pci) {
    Draft draft = new Draft(pci);
    drafts.add(draft);
    return draft;
  }
}
