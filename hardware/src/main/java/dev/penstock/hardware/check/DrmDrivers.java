package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The drivers behind the cards of the graphics subsystem. */
record DrmDrivers() implements Check {
  private static final String CLASS = "/sys/class/drm";
  private static final Set<String> ENCODING = Set.of("nvidia", "amdgpu", "radeon", "i915", "xe");

  @Override
  public String id() {
    return "drm.driver";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "drivers of graphics cards";
  }

  @Override
  public String rule() {
    return "The driver behind each card of DRM is one of a GPU that can encode. Those of"
        + " management controllers, of virtual machines and of the firmware's frame buffer"
        + " show a picture and nothing else.";
  }

  @Override
  public String source() {
    return "Documentation/gpu/drivers.rst of the Linux kernel";
  }

  @Override
  public List<Wanted> files() {
    return List.of(Wanted.list(CLASS), Wanted.link(CLASS + "/card*/device/driver"));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (machine.files().at(CLASS).isEmpty()) {
      return List.of(Found.by(this).unknown(CLASS + " was not looked at", ""));
    }
    List<Finding> findings =
        machine.files().names(CLASS).stream()
            .filter(name -> name.matches("card\\d+"))
            .map(card -> judged(card, machine))
            .toList();
    return findings.isEmpty()
        ? List.of(Found.by(this).skip("the kernel has no graphics cards"))
        : findings;
  }

  private Finding judged(String card, Machine machine) {
    String path = CLASS + "/" + card + "/device/driver";
    Found found = Found.by(this, "/dev/dri/" + card);
    Optional<String> driver = machine.files().linkName(path);
    if (driver.isEmpty()) {
      return found.unknown(path + " could not be read", "");
    }
    found.seen(path, driver.get());
    if (ENCODING.contains(driver.get())) {
      return found.pass("driver " + driver.get());
    }
    if (driver.get().equals("nouveau")) {
      return found
          .remedy(Remedy.byHand("See nv.nouveau."))
          .fail("driver nouveau", "nouveau cannot encode.");
    }
    return found.skip("driver " + driver.get() + " shows a picture and encodes nothing");
  }
}
