package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.check.EnvironmentVariables.Values;
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
  private static final List<String> LIBRARIES =
      List.of("libcuda", "libnvidia-ml", "libnvidia-encode", "libnvcuvid");
  private static final List<String> FOLDERS =
      List.of(
          "/usr/lib/x86_64-linux-gnu",
          "/usr/lib64",
          "/usr/lib",
          "/usr/local/nvidia/lib64",
          "/usr/local/nvidia/lib",
          "/run/opengl-driver/lib");
  private static final Set<String> DEFAULTS =
      Set.of("/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/run/opengl-driver/lib");
  private static final Pattern UBUNTU = Pattern.compile("(?m)^ID=ubuntu$");
  private static final Pattern DEBIAN = Pattern.compile("(?m)^ID=debian$");
  private static final Pattern BRANCH = Pattern.compile("Kernel Module(?: for \\S+)?\\s+(\\d+)\\.");

  private static final Pattern VERSIONED = Pattern.compile("\\.so\\.(\\d+\\.\\d+[.\\d]*)$");

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
        + " a folder where the loader looks. A stub of the CUDA toolkit, or its folder compat,"
        + " does not come before them in LD_LIBRARY_PATH. Metapackages for servers often leave"
        + " the library for encoding out.";
  }

  @Override
  public String source() {
    return "ld.so(8), ldconfig(8); NVIDIA driver README, Installed Components; CUDA"
        + " Compatibility, forward compatibility";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Place.and(
            Stream.of(
                    FOLDERS.stream()
                        .flatMap(folder ->
                            LIBRARIES.stream()
                                .flatMap(library ->
                                    Stream.of(
                                        Wanted.exists(folder + "/" + library + ".so*"),
                                        Wanted.link(folder + "/" + library + ".so.1")))),
                    Stream.of(
                        Wanted.text("/etc/os-release"),
                        Wanted.text("/proc/driver/nvidia/version"),
                        Wanted.text("/etc/ld.so.conf"),
                        Wanted.text("/etc/ld.so.conf.d/*.conf")))
                .flatMap(wanted -> wanted)
                .toList()));
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(EnvironmentVariables.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (Gpu.of(machine, Maker.NVIDIA).isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    if (FOLDERS.stream()
        .noneMatch(folder -> machine.files().at(folder + "/libcuda.so.1").isPresent())) {
      return List.of(Found.by(this).unknown("the folders of libraries were not looked at", ""));
    }
    if (!machine.files().has("/proc/driver/nvidia/version")
        && LIBRARIES.stream().noneMatch(library -> isAnywhere(library, machine))) {
      return List.of(Found.by(this).skip("NVIDIA's driver is not installed; see nv.dkms"));
    }
    List<Finding> findings = new ArrayList<>();
    LIBRARIES.forEach(library -> findings.add(judged(library, machine)));
    path(machine).ifPresent(findings::add);
    return findings;
  }

  private Finding judged(String library, Machine machine) {
    String name = library + ".so.1";
    Found found = Found.by(this, name);
    List<String> folders =
        FOLDERS.stream().filter(folder -> machine.files().has(folder + "/" + name)).toList();
    folders.forEach(folder ->
        found.seen(
            folder + "/" + name, machine.files().link(folder + "/" + name).orElse("is there")));
    if (folders.isEmpty()) {
      return missing(found, library, machine);
    }
    Optional<String> searched =
        folders.stream().filter(folder -> isSearched(folder, machine)).findFirst();
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
            + version(machine, searched.get() + "/" + name)
                .map(version -> ", version " + version)
                .orElse(""));
  }

  /** In the name of what the link, or a link to a link, is to. */
  private static Optional<String> version(Machine machine, String path) {
    Optional<String> target = machine.files().link(path);
    Optional<String> again = target.filter(file -> file.startsWith("/"));
    if (again.isPresent() && !again.get().equals(path)) {
      return machine.files().link(again.get()).flatMap(NvidiaLibraries::versionOf);
    }
    return target.flatMap(NvidiaLibraries::versionOf);
  }

  private static Optional<String> versionOf(String file) {
    Matcher version = VERSIONED.matcher(file);
    return version.find() ? Optional.of(version.group(1)) : Optional.empty();
  }

  private static boolean isAnywhere(String library, Machine machine) {
    return FOLDERS.stream()
        .anyMatch(folder -> machine.files().has(folder + "/" + library + ".so.1"));
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

  /** By default, by its configuration, or by the environment. */
  private static boolean isSearched(String folder, Machine machine) {
    return DEFAULTS.contains(folder)
        || environment(machine).contains(folder)
        || machine.files().under("/etc/ld.so.conf.d").stream()
            .anyMatch(file ->
                machine
                    .files()
                    .text(file)
                    .toOptional()
                    .orElse("")
                    .lines()
                    .anyMatch(line -> line.strip().equals(folder)));
  }

  private static List<String> environment(Machine machine) {
    return machine
        .answer(EnvironmentVariables.class, Values.class)
        .toOptional()
        .map(values -> values.values().getOrDefault("LD_LIBRARY_PATH", ""))
        .map(path -> List.of(path.split(":", -1)))
        .orElse(List.of());
  }

  private Optional<Finding> path(Machine machine) {
    return environment(machine).stream()
        .filter(folder -> folder.matches(".*/(stubs|compat)/?"))
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
