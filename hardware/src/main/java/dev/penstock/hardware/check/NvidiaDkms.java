package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether the NVIDIA module was built for the kernels that are installed. */
record NvidiaDkms() implements Check {

  @Override
  public String id() {
    return "nv.dkms";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "modules for installed kernels";
  }

  @Override
  public String rule() {
    return "The NVIDIA module is on disk for the running kernel, and for every newer one that"
        + " is installed: otherwise the next boot loses the GPU.";
  }

  @Override
  public String source() {
    return "dkms(8); /lib/modules as depmod(8) searches it";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Stream.concat(
                Stream.of(LoadedModules.WANTED, Wanted.list("/var/lib/dkms/nvidia")),
                ModuleFiles.WANTED.stream())
            .toList());
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    Optional<String> running = ModuleFiles.running(machine);
    Found found = Found.by(this);
    if (machine.files().at(ModuleFiles.FOLDER).isEmpty() || running.isEmpty()) {
      return List.of(found.unknown(ModuleFiles.FOLDER + " was not looked at", ""));
    }
    List<String> kernels = ModuleFiles.kernels(machine);
    if (kernels.isEmpty()) {
      return List.of(found.skip("no kernels are installed here: those of the host are not seen"));
    }
    Optional<String> file = ModuleFiles.ofRunning(machine);
    file.ifPresent(path -> found.seen(path, "is there"));
    if (file.isEmpty()) {
      return List.of(withoutModule(found, machine, running.get()));
    }
    List<String> lacking =
        kernels.stream()
            .filter(kernel -> ModuleFiles.VERSIONS.compare(kernel, running.get()) > 0)
            .filter(kernel -> ModuleFiles.of(machine, kernel).isEmpty())
            .toList();
    if (lacking.isEmpty()) {
      return List.of(found.pass("the module is there for the running and every newer kernel"));
    }
    String kernel = lacking.getLast();
    return List.of(
        found
            .remedy(
                Remedy.safe(
                    "Build it (Ubuntu, Debian).",
                    "apt-get install -y " + Shell.word("linux-headers-" + kernel),
                    "dkms autoinstall -k " + Shell.word(kernel)))
            .warn(
                "there is no module for kernel " + kernel + ", which is installed",
                "The next boot into it loses the GPU."));
  }

  private static Finding withoutModule(Found found, Machine machine, String running) {
    if (LoadedModules.has(machine, "nvidia")) {
      return found.skip("the module is loaded, and comes from elsewhere");
    }
    if (machine.files().has("/var/lib/dkms/nvidia")) {
      return found
          .seen(
              "/var/lib/dkms/nvidia",
              String.join(", ", machine.files().names("/var/lib/dkms/nvidia")))
          .remedy(
              Remedy.safe(
                  "Build it (Ubuntu, Debian); if that fails, /var/lib/dkms/nvidia/*/build/make.log"
                      + " says why.",
                  "apt-get install -y " + Shell.word("linux-headers-" + running),
                  "dkms autoinstall -k " + Shell.word(running)))
          .fail(
              "the module was not built for the running kernel " + running,
              "Nothing can encode on the NVIDIA GPUs.");
    }
    return found
        .remedy(
            Remedy.command(
                "Install NVIDIA's driver (Ubuntu; elsewhere its own way).",
                "ubuntu-drivers install",
                "reboot"))
        .fail(
            "NVIDIA's driver is not installed for the running kernel " + running,
            "Nothing can encode on the NVIDIA GPUs.");
  }
}
