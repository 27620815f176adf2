package dev.penstock.node.worker;

import dev.penstock.hardware.ChildJvm;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a worker is started.
 *
 * @param command that becomes one: whatever it starts on the way has to replace itself
 * @param environment of which workers get what they need, and nothing else
 * @param limits of each process
 */
public record Launch(List<String> command, Map<String, String> environment, Limits limits) {
  /** Of the daemon's environment. Not what flags or passwords may be in. */
  private static final Set<String> PASSED_ON =
      Set.of(
          "PATH",
          "HOME",
          "USER",
          "LANG",
          "LANGUAGE",
          "TZ",
          "TMPDIR",
          "LD_LIBRARY_PATH",
          "PENSTOCK_AOT",
          "PENSTOCK_FFMPEG_LIBS",
          "PENSTOCK_JAVA",
          "PENSTOCK_MACHINE",
          "PENSTOCK_NVML",
          Protocol.LAB);

  /** Keys that jobs name by their variable are for workers, who alone read them. */
  private static final String KEYS = "PENSTOCK_KEY_";

  private static final List<String> PASSED_ON_GROUPS =
      List.of(
          KEYS, "LC_", "XDG_", "LIBVA_", "CUDA_", "NVIDIA_", "VK_", "RADV_", "AMD_", "ONEVPL_",
          "INTEL_");

  public Launch {
    command = List.copyOf(command);
    environment = Map.copyOf(environment);
  }

  /**
   * What a process may take.
   *
   * @param niceness of workers without a GPU, 0 to 19
   * @param files that are open at once
   * @param memory bytes, of workers without a GPU; drivers reserve addresses far beyond what they
   *     use, so that the others are not limited in this way
   */
  public record Limits(OptionalInt niceness, OptionalLong files, OptionalLong memory) {
    public static Limits standard() {
      return new Limits(OptionalInt.of(10), OptionalLong.empty(), OptionalLong.empty());
    }

    /** The same with another limit of addresses. */
    public Limits ofAddresses(OptionalLong bytes) {
      return new Limits(niceness, files, bytes);
    }

    public static Limits none() {
      return new Limits(OptionalInt.empty(), OptionalLong.empty(), OptionalLong.empty());
    }

    /** In words, of processes without a control group. */
    public String about() {
      List<String> words = new ArrayList<>();
      niceness.ifPresent(nice -> words.add("niceness " + nice + " without a GPU"));
      files.ifPresent(most -> words.add(most + " open files"));
      memory.ifPresent(bytes -> words.add(bytes + " bytes of addresses without a GPU"));
      return words.isEmpty() ? "no limits" : String.join(", ", words);
    }
  }

  /** The hidden command of the program that runs: by its launcher, where it has one. */
  public static Launch ofThisProgram(Limits limits) {
    Map<String, String> environment = new TreeMap<>(System.getenv());
    Optional<Path> launcher = launcher();
    if (launcher.isEmpty()) {
      List<String> command =
          new ArrayList<>(ChildJvm.command("dev.penstock.cli.Penstock", List.of("worker")));
      // Here a crash is looked into.
      command.removeIf(word -> word.startsWith("-XX:ErrorFile"));
      return new Launch(command, environment, limits);
    }
    environment.put("PENSTOCK_JAVA", System.getProperty("java.home"));
    return new Launch(List.of(launcher.get().toString(), "worker"), environment, limits);
  }

  private static Optional<Path> launcher() {
    return Optional.ofNullable(System.getProperty("penstock.natives.fallback"))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder).resolveSibling("bin").resolve("penstock"))
        .filter(Files::isExecutable);
  }

  /**
   * Starts one. The thread that does has to outlive it.
   *
   * @param crashes where the JVM tells of a crash
   */
  Process start(Place place, Path crashes) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(words(place));
    builder.environment().clear();
    builder.environment().putAll(environment(place, crashes));
    return builder.start();
  }

  /** The command line, with what limits it. */
  List<String> words(Place place) {
    List<String> words = new ArrayList<>();
    if (place.isSoftware() && limits.niceness().isPresent() && isThere("nice")) {
      words.addAll(List.of("nice", "-n", Integer.toString(limits.niceness().getAsInt())));
    }
    if (isThere("prlimit")) {
      words.addAll(List.of("prlimit", "--core=0"));
      limits.files().ifPresent(files -> words.add("--nofile=" + files));
      if (place.isSoftware()) {
        limits.memory().ifPresent(bytes -> words.add("--as=" + bytes));
      }
    }
    words.addAll(command);
    return words;
  }

  private boolean isThere(String program) {
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }

  /**
   * All of what the worker gets. It sees the GPUs that the daemon sees, as what trials showed holds
   * for these; which it may use it is told with each task.
   */
  Map<String, String> environment(Place place, Path crashes) {
    Map<String, String> clean = new TreeMap<>();
    environment.forEach((name, value) -> {
      if (PASSED_ON.contains(name) || PASSED_ON_GROUPS.stream().anyMatch(name::startsWith)) {
        clean.put(name, value);
      }
    });
    clean.put(
        "JDK_JAVA_OPTIONS", "-XX:-CreateCoredumpOnCrash \"-XX:ErrorFile=" + hsErr(crashes) + "\"");
    return clean;
  }

  private static String hsErr(Path crashes) {
    return crashes.resolve("hs_err_%p.log").toString();
  }

  /** Where the JVM of a process tells of a crash. */
  static Path hsErr(Path crashes, long pid) {
    return crashes.resolve("hs_err_" + pid + ".log");
  }
}
