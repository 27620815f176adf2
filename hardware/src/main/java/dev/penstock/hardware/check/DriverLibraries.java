package dev.penstock.hardware.check;

import dev.penstock.hardware.LoaderPath;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.check.EnvironmentVariables.Values;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Where the libraries of NVIDIA's driver are. */
final class DriverLibraries {
  static final List<String> NAMES =
      List.of("libcuda", "libnvidia-ml", "libnvidia-encode", "libnvcuvid");
  static final List<Class<? extends Probe<?>>> PROBES = List.of(EnvironmentVariables.class);

  /** NixOS has its programs look there, whatever the loader does. */
  private static final String NIX = "/run/opengl-driver/lib";

  /** Where some put them, and leave the loader to be told. */
  private static final List<String> OTHERS =
      List.of(NIX, "/usr/local/nvidia/lib64", "/usr/local/nvidia/lib");

  private static final Pattern VERSIONED = Pattern.compile("\\.so\\.(\\d+\\.\\d+[.\\d]*)$");

  private DriverLibraries() {}

  /** What the rest looks at. */
  static List<Wanted> files() {
    return Stream.concat(
            LoaderPath.wanted().stream(),
            Stream.concat(Stream.of("{loader}"), OTHERS.stream())
                .flatMap(folder -> NAMES.stream().map(name -> folder + "/" + name))
                .flatMap(library ->
                    Stream.of(Wanted.exists(library + ".so*"), Wanted.link(library + ".so.1"))))
        .toList();
  }

  /** The folders that have it, in the order in which the loader looks, then others. */
  static List<String> folders(Machine machine, String library) {
    return Stream.concat(searched(machine).stream(), OTHERS.stream())
        .distinct()
        .filter(folder -> machine.files().has(path(folder, library)))
        .toList();
  }

  private static List<String> searched(Machine machine) {
    return machine.once(LoaderPath.class, here -> LoaderPath.of(here.files())).folders();
  }

  static String path(String folder, String library) {
    return folder + "/" + library + ".so.1";
  }

  static boolean has(Machine machine, String library) {
    return !folders(machine, library).isEmpty();
  }

  static boolean wereLookedFor(Machine machine) {
    return searched(machine).stream()
        .anyMatch(folder -> machine.files().at(path(folder, "libcuda")).isPresent());
  }

  /** By default, by the loader's configuration, or by the environment. */
  static boolean isSearched(Machine machine, String folder) {
    return folder.equals(NIX)
        || searched(machine).contains(folder)
        || environment(machine).contains(folder);
  }

  /** The folders that the environment has the loader look into first. */
  static List<String> environment(Machine machine) {
    return machine
        .answer(EnvironmentVariables.class, Values.class)
        .toOptional()
        .map(values -> values.values().getOrDefault("LD_LIBRARY_PATH", ""))
        .map(path -> List.of(path.split(":", -1)))
        .orElse(List.of());
  }

  /**
   * Of a version of its own: what the CUDA toolkit brings for older drivers, or to link against.
   */
  static boolean isOfToolkit(String folder) {
    return folder.matches(".*/(stubs|compat)/?");
  }

  /** In the name of what the link, or a link to a link, is to. */
  static Optional<String> version(Machine machine, String path) {
    Optional<String> target = machine.files().link(path);
    return target
        .filter(file -> file.startsWith("/") && !file.equals(path))
        .flatMap(machine.files()::link)
        .or(() -> target)
        .map(VERSIONED::matcher)
        .filter(Matcher::find)
        .map(version -> version.group(1));
  }
}
