package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** NVIDIA's libraries. */
record NvidiaLibraries() implements Check {
  private static final Pattern UBUNTU = Pattern.compile("(?m)^ID=ubuntu$");
  private static final Pattern DEBIAN = Pattern.compile("(?m)^ID=debian$");
  private static final Pattern BRANCH = Pattern.compile("Kernel Module(?: for \\S+)?\\s+(\\d+)\\.");

  @Override
  public String id() {
    return "nv.libs";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "libraries";
  }

  @Override
  public String rule() {
    return "libcuda.so.1, libnvidia-ml.so.1, libnvidia-encode.so.1 and libnvcuvid.so.1 are in"
        + " a folder where the loader looks: one that /etc/ld.so.conf, or a file that it includes,"
        + " names, or a trusted one. A stub of the CUDA toolkit, or its folder compat,"
        + " does not come before them in LD_LIBRARY_PATH. Metapackages for servers often leave"
        + " the library for encoding out.";
  }

  @Override
  public String source() {
    return "ld.so(8), ld.so.conf(5), ldconfig(8); NVIDIA driver README, Installed Components; CUDA"
        + " Compatibility, forward compatibility";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Place.and(
            Stream.concat(
                    Wanted.texts("/etc/os-release", "/proc/driver/nvidia/version").stream(),
                    DriverLibraries.files().stream())
                .toList()));
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return DriverLibraries.PROBES;
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    if (!DriverLibraries.wereLookedFor(machine)) {
      return List.of(Found.by(this).unknown("the folders of libraries were not looked at", ""));
    }
    if (!machine.files().has("/proc/driver/nvidia/version")
        && DriverLibraries.NAMES.stream().noneMatch(name -> DriverLibraries.has(machine, name))) {
      return List.of(Found.by(this).skip("NVIDIA's driver is not installed; see nv.dkms"));
    }
    List<Finding> findings = new ArrayList<>();
    DriverLibraries.NAMES.forEach(library -> findings.add(judged(library, machine)));
    path(machine).ifPresent(findings::add);
    return findings;
  }

  private Finding judged(String library, Machine machine) {
    String name = library + ".so.1";
    Found found = Found.by(this, name);
    List<String> folders = DriverLibraries.folders(machine, library);
    folders.forEach(folder ->
        found.seen(
            folder + "/" + name, machine.files().link(folder + "/" + name).orElse("is there")));
    if (folders.isEmpty()) {
      return missing(found, library, machine);
    }
    Optional<String> searched =
        folders.stream().filter(folder -> DriverLibraries.isSearched(machine, folder)).findFirst();
    if (searched.isEmpty()) {
      return found
          .remedy(
              Remedy.safe(
                  "Tell the loader of the folder.",
                  "echo " + folders.getFirst() + " > /etc/ld.so.conf.d/penstock-nvidia.conf",
                  "ldconfig"))
          .warn(
              "is in " + folders.getFirst() + ", where the loader does not look",
              "It cannot be loaded unless LD_LIBRARY_PATH names the folder.");
    }
    return found.pass(
        "in "
            + searched.get()
            + DriverLibraries.version(machine, searched.get() + "/" + name)
                .map(version -> ", version " + version)
                .orElse(""));
  }

  private static Finding missing(Found found, String library, Machine machine) {
    return found.remedy(remedy(library, machine)).fail("is not there", lost(library));
  }

  private static String lost(String library) {
    return switch (library) {
      case "libnvidia-encode" -> "NVENC does not start: Cannot load libnvidia-encode.so.1.";
      case "libnvcuvid" -> "NVDEC does not start: video is decoded on the processor.";
      case "libcuda" -> "Neither NVENC nor NVDEC starts: Cannot load libcuda.so.1.";
      default -> "The state of the GPU cannot be read: temperatures, sessions, errors.";
    };
  }

  private static Remedy remedy(String library, Machine machine) {
    if (Place.isContainer(machine)) {
      return Remedy.byHand(
          "Let the NVIDIA Container Toolkit put it into the container:"
              + " -e NVIDIA_DRIVER_CAPABILITIES=compute,video,utility.");
    }
    String system = machine.files().text("/etc/os-release").toOptional().orElse("");
    Matcher branch =
        BRANCH.matcher(machine.files().text("/proc/driver/nvidia/version").toOptional().orElse(""));
    if (UBUNTU.matcher(system).find() && branch.find()) {
      return Remedy.command(
          "Install it in the version of the driver; with a server driver add -server to the name.",
          "apt-get install -y " + ubuntu(library) + "-" + branch.group(1));
    }
    if (DEBIAN.matcher(system).find()) {
      return Remedy.command("Install it.", "apt-get install -y " + debian(library));
    }
    return Remedy.byHand(
        "Install the package of NVIDIA's driver that holds it, in the version of the driver.");
  }

  private static String ubuntu(String library) {
    return switch (library) {
      case "libnvidia-encode" -> "libnvidia-encode";
      case "libnvcuvid" -> "libnvidia-decode";
      default -> "libnvidia-compute";
    };
  }

  private static String debian(String library) {
    return switch (library) {
      case "libcuda" -> "libcuda1";
      case "libnvidia-ml" -> "libnvidia-ml1";
      case "libnvidia-encode" -> "libnvidia-encode1";
      default -> "libnvcuvid1";
    };
  }

  private Optional<Finding> path(Machine machine) {
    return DriverLibraries.environment(machine).stream()
        .filter(DriverLibraries::isOfToolkit)
        .findFirst()
        .map(folder ->
            Found.by(this, "LD_LIBRARY_PATH")
                .seen("LD_LIBRARY_PATH", folder)
                .remedy(Remedy.byHand("Take " + folder + " out of LD_LIBRARY_PATH of the service."))
                .warn(
                    "names " + folder,
                    folder.contains("stubs")
                        ? "Its libcuda is a stub to link against: CUDA answers that it is one (34)."
                        : "Its libcuda is of another version than the driver: CUDA may refuse it"
                            + " (803, 804)."));
  }
}
