package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.nvidia.NvmlFacts;
import dev.penstock.hardware.nvidia.NvmlFacts.NvmlSystem;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether kernel module and libraries are of one version. */
record NvMismatch() implements NvmlCheck {
  private static final Pattern MODULE =
      Pattern.compile("Kernel Module(?: for \\S+)?\\s+(\\d+\\.\\d+(?:\\.\\d+)?)");

  @Override
  public String id() {
    return "nv.mismatch";
  }

  @Override
  public String title() {
    return "driver and libraries match";
  }

  @Override
  public String rule() {
    return "The kernel module that is loaded, NVML's driver version, and the installed"
        + " libcuda, libnvidia-encode, libnvcuvid and libnvidia-ml are of one version."
        + " They differ after an upgrade without a restart.";
  }

  @Override
  public String source() {
    return "NVIDIA driver README, API mismatch; NVML_ERROR_LIB_RM_VERSION_MISMATCH (18)";
  }

  @Override
  public List<Wanted> files() {
    return Nvidia.files(DriverLibraries.files().toArray(Wanted[]::new));
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (!Nvidia.isHere(machine)) {
      return List.of(Nvidia.none(this, machine));
    }
    Found found = Found.by(this);
    Optional<String> module = module(machine);
    module.ifPresent(version -> found.seen(Nvidia.VERSION, version));
    SortedMap<String, String> libraries = libraries(machine);
    libraries.forEach(found::seen);
    Optional<NvmlSystem> nvml = Nvidia.facts(machine).toOptional().map(NvmlFacts::system);
    Optional<String> driver = nvml.flatMap(system -> system.driver().toOptional());
    driver.ifPresent(version -> found.seen("nvmlSystemGetDriverVersion", version));
    boolean refused =
        nvml.flatMap(system -> system.init().toOptional()).filter(code -> code == 18).isPresent();
    if (refused) {
      found.seen("nvmlInitWithFlags", "driver/library version mismatch (18)");
    }
    Set<String> versions = new TreeSet<>(libraries.values());
    Optional<String> loaded = module.or(() -> driver);
    loaded.ifPresent(versions::add);
    driver.ifPresent(versions::add);
    if (refused || versions.size() > 1) {
      return List.of(differ(loaded, libraries, found));
    }
    if (loaded.isEmpty()) {
      return List.of(found.unknown("the version of the loaded driver cannot be read", ""));
    }
    return List.of(
        libraries.isEmpty() && driver.isEmpty()
            ? found.unknown(
                "the kernel runs " + loaded.get() + "; no library was found to compare", "")
            : found.pass("all are " + loaded.get()));
  }

  private static Finding differ(
      Optional<String> loaded, SortedMap<String, String> libraries, Found found) {
    SortedMap<String, SortedSet<String>> others = new TreeMap<>();
    libraries.forEach((path, version) -> {
      if (!version.equals(loaded.orElse(""))) {
        others.computeIfAbsent(version, _ -> new TreeSet<>()).add(name(path));
      }
    });
    String installed =
        others.entrySet().stream()
            .map(each -> each.getKey() + " (" + String.join(", ", each.getValue()) + ")")
            .collect(Collectors.joining(", "));
    return found
        .remedy(
            Remedy.command(
                "Restart, so that the kernel loads the driver that is installed.",
                "sudo systemctl reboot"))
        .remedy(
            Remedy.command(
                "Or, where a restart must wait: stop everything that uses the GPUs, then load the"
                    + " module anew.",
                "sudo rmmod nvidia_drm nvidia_modeset nvidia_uvm nvidia",
                "sudo modprobe -a nvidia nvidia_uvm nvidia_drm"))
        .remedy(
            Remedy.command(
                "Keep unattended upgrades from doing it again (Ubuntu and Debian).",
                "sudo apt-mark hold 'nvidia-*' 'libnvidia-*'"))
        .fail(
            "the kernel runs "
                + loaded.orElse("another version")
                + (installed.isEmpty()
                    ? ", the libraries are of another version"
                    : ", installed is " + installed),
            "The libraries refuse to work with another version: nothing encodes or decodes on"
                + " NVIDIA's GPUs.");
  }

  private static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1).replaceFirst("\\.so.*", "");
  }

  /** The version of the module that the kernel runs. */
  static Optional<String> module(Machine machine) {
    Matcher version = MODULE.matcher(machine.files().text(Nvidia.VERSION).toOptional().orElse(""));
    return version.find() ? Optional.of(version.group(1)) : Optional.empty();
  }

  /** Versions by paths, as the links of the libraries say them. */
  private static SortedMap<String, String> libraries(Machine machine) {
    SortedMap<String, String> versions = new TreeMap<>();
    for (String library : DriverLibraries.NAMES) {
      DriverLibraries.folders(machine, library).stream()
          .filter(folder -> !DriverLibraries.isOfToolkit(folder))
          .map(folder -> DriverLibraries.path(folder, library))
          .forEach(path ->
              DriverLibraries.version(machine, path)
                  .ifPresent(version -> versions.put(path, version)));
    }
    return versions;
  }
}
