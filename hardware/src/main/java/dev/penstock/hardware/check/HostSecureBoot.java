package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether Secure Boot keeps the NVIDIA module out. */
record HostSecureBoot() implements Check {
  private static final String VARIABLE =
      "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c";

  @Override
  public String id() {
    return "host.secureboot";
  }

  @Override
  public Group group() {
    return Group.HOST;
  }

  @Override
  public String title() {
    return "Secure Boot";
  }

  @Override
  public String rule() {
    return "When Secure Boot is on and the NVIDIA module lies ready for the running kernel, it"
        + " is loaded. A module that was built here and whose key is not enrolled is refused:"
        + " Key was rejected by service. The modules of AMD and Intel come with the kernel and"
        + " are signed like it.";
  }

  @Override
  public String source() {
    return "UEFI Specification, 3.3 Globally Defined Variables, SecureBoot;"
        + " Documentation/admin-guide/module-signing.rst and mokutil(1)";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Stream.concat(
                Stream.of(
                    Wanted.hex(VARIABLE),
                    Wanted.list("/sys/firmware/efi"),
                    Wanted.text("/sys/kernel/security/lockdown"),
                    LoadedModules.WANTED),
                ModuleFiles.WANTED.stream())
            .toList());
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    Reading<byte[]> variable = machine.files().bytes(VARIABLE);
    Found found = Found.by(this);
    if (!(variable instanceof Reading.Present<byte[]>(byte[] bytes, String _))) {
      return List.of(found.seen(variable).without(variable, "this system was not started by UEFI"));
    }
    // Four bytes of attributes, then the value.
    if (bytes.length < 5) {
      return List.of(found.unknown("the variable SecureBoot makes no sense", ""));
    }
    found
        .seen(VARIABLE, bytes[4] == 1 ? "1" : "0")
        .seen(machine.files().text("/sys/kernel/security/lockdown"));
    if (bytes[4] != 1) {
      return List.of(found.pass("Secure Boot is off"));
    }
    if (LoadedModules.has(machine, "nvidia")) {
      return List.of(found.pass("Secure Boot is on, and the NVIDIA module is loaded"));
    }
    Optional<String> file = ModuleFiles.ofRunning(machine);
    if (file.isEmpty()) {
      return List.of(found.pass("Secure Boot is on; there is no module that it could refuse"));
    }
    return List.of(
        found
            .seen(file.get(), "is there")
            .remedy(
                Remedy.command(
                    "Enrol the key that modules are signed with here (Ubuntu, Debian), reboot, and"
                        + " confirm it on the screen of the firmware.",
                    "mokutil --import /var/lib/shim-signed/mok/MOK.der",
                    "reboot"))
            .remedy(
                Remedy.byHand(
                    "Or install modules that the distribution signs: linux-modules-nvidia-* of"
                        + " Ubuntu."))
            .fail(
                "Secure Boot is on, and the NVIDIA module is there but not loaded",
                "The kernel refuses a module whose key is not enrolled; nothing runs on the GPU."));
  }
}
