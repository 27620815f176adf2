package dev.penstock.lab;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A machine of virtual GPUs: a folder with the libraries of a driver and the scenario that they
 * play, for all processes that have it in {@code LD_LIBRARY_PATH}. They share its sessions, its
 * memory and its time, which begins with the first of them.
 */
public record Fleet(Path folder) {
  private static final String DUMP = "received";
  private static final String KERNEL_LOG = "kmsg";
  private static final String STORY = "story";
  private static final String MACHINE = "machine";
  private static final String BUILT = "built";
  private static final String DRIVER = "system nvmlSystemGetDriverVersion ";
  private static final List<String> NVIDIA =
      List.of("libcuda.so.1", "libnvidia-encode.so.1", "libnvcuvid.so.1");

  /** Those of Mesa and of Intel, by the names that libva makes of the kernel's. */
  private static final List<String> VA =
      List.of("libdrm.so.2", "libva-x11.so.2", "radeonsi_drv_video.so", "iHD_drv_video.so");

  /** Of the first fleet that was played in this process, whose libraries then stay. */
  private static @Nullable MethodHandle player;

  private static final Set<String> LOADED = new HashSet<>();

  /**
   * Builds the libraries.
   *
   * @param folder of its own
   * @param scenario as the documentation of the package says
   */
  public static Fleet of(Path folder, String scenario) {
    try {
      Files.createDirectories(folder);
      List<String> lines = Models.expanded(scenario);
      if (names(lines).containsAll(NVIDIA)) {
        Lab.nvml(folder, text(lines.stream().filter(Models::isOfNvml).toList()));
      }
      Lab.video(folder, text(video(lines)), names(lines).toArray(String[]::new));
      return started(folder, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #of}, with the libraries that it built in this folder before, where it did. Nothing
   * that plays may be running.
   */
  public static Fleet again(Path folder, String scenario) {
    if (!Files.exists(folder.resolve(BUILT))) {
      Fleet fleet = of(folder, scenario);
      write(folder.resolve(BUILT), "");
      return fleet;
    }
    try {
      List<String> lines = Models.expanded(scenario);
      write(folder.resolve("scenario"), text(lines.stream().filter(Models::isOfNvml).toList()));
      write(folder.resolve("video"), text(video(lines)));
      return started(folder, lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A word for a scenario and the drivers that play it: where another one has it, {@link #again}
   * finds there what it would build.
   */
  public static String key(String scenario) {
    StringBuilder all = new StringBuilder(scenario);
    Stream.concat(Lab.SOURCES.stream(), Models.NAMES.stream())
        .forEach(name -> all.append(Lab.text(name)));
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest(all.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sum, 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The GPUs by their numbers: name and PCI address. */
  public Map<Integer, String> gpus() {
    Map<Integer, String> gpus = new TreeMap<>();
    Models.gpus(lines("video"))
        .forEach((gpu, said) -> gpus.put(gpu, said.get("name") + " (" + said.get("pci") + ")"));
    return gpus;
  }

  private static List<String> names(List<String> lines) {
    List<String> names = new ArrayList<>();
    Collection<Map<String, String>> gpus = Models.gpus(lines).values();
    if (gpus.stream().anyMatch(Models::isOfNvidia)) {
      names.addAll(NVIDIA);
    }
    if (!gpus.stream().allMatch(Models::isOfNvidia)) {
      names.addAll(VA);
    }
    return names;
  }

  private static List<String> video(List<String> lines) {
    List<String> video = new ArrayList<>(lines.stream().filter(l -> !Models.isOfNvml(l)).toList());
    video.add("system dump " + DUMP);
    video.add("system kernels " + Kernels.FOLDER);
    return video;
  }

  /** With nothing of what ran before; its time begins. */
  private static Fleet started(Path folder, List<String> lines) throws IOException {
    for (String name : List.of("state", DUMP, KERNEL_LOG, STORY)) {
      Files.deleteIfExists(folder.resolve(name));
    }
    Files.createFile(folder.resolve("state"));
    Files.createFile(folder.resolve(KERNEL_LOG));
    new KernelFiles(folder.resolve(MACHINE)).write(Models.gpus(lines), driver(lines));
    return new Fleet(folder);
  }

  private static String driver(List<String> lines) {
    return lines.stream()
        .filter(line -> line.startsWith(DRIVER))
        .reduce((_, last) -> last)
        .map(line -> line.substring(DRIVER.length()).strip())
        .orElse("");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compiled once for all fleets of this process, and gone with it. */
  private static final class Kernels {
    static final Path FOLDER = made();

    private static Path made() {
      try {
        Path folder = Files.createTempDirectory("kernels");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(folder), "kernels"));
        return folder;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static void remove(Path folder) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(each);
        }
      } catch (IOException | UncheckedIOException _) {
        // Somebody still plays.
      }
    }
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }

  /** Of a process that is to see this machine; what its own LD_LIBRARY_PATH was comes after. */
  public Map<String, String> environment() {
    return Map.of(
        "LD_LIBRARY_PATH",
        folder.toString(),
        "PENSTOCK_NVML",
        folder.resolve("libnvidia-ml.so.1").toString(),
        "PENSTOCK_MACHINE",
        folder.resolve(MACHINE).toString(),
        "LIBVA_DRIVERS_PATH",
        folder.toString());
  }

  /**
   * Makes this the machine that the current process sees, whose libav then finds CUDA, NVENC and
   * NVDEC without {@code LD_LIBRARY_PATH}. Nothing of another machine may be open.
   *
   * @throws IllegalStateException when the libraries cannot be loaded
   */
  public void play() {
    synchronized (Fleet.class) {
      try (Arena arena = Arena.ofConfined()) {
        load();
        if (player == null) {
          player = player();
        }
        player.invokeExact(arena.allocateFrom(folder.toString()));
      } catch (Throwable e) {
        throw new IllegalStateException("cannot play " + folder, e);
      }
    }
  }

  /** Those that no fleet before had: they go to the first one's, which has all. */
  private void load() {
    for (String name : names(lines("video"))) {
      if (LOADED.add(name)) {
        SymbolLookup.libraryLookup(folder.resolve(name), Arena.global());
      }
    }
  }

  private MethodHandle player() {
    return Linker.nativeLinker()
        .downcallHandle(
            SymbolLookup.libraryLookup(folder.resolve("video.so"), Arena.global())
                .findOrThrow("lab_play"),
            FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
  }

  /** The lines of {@code kmsg} that have come true, in the format of /dev/kmsg. */
  public List<String> kernelLog() {
    return lines(KERNEL_LOG);
  }

  /**
   * What happened, as it did: {@code SECONDS GPU WHAT}. Sessions that began, were refused and
   * ended, and the first time that a line of the scenario made a call fail.
   */
  public List<String> story() {
    return lines(STORY);
  }

  /**
   * What the encoder of a session was set up with: {@code GPU} and its number, {@code
   * STRUCTURE.FIELD} and its value, numbers in decimal, GUIDs in their usual form.
   *
   * @return by the number of the session, which counts from 1
   */
  public Map<Integer, Map<String, String>> received() {
    Map<Integer, Map<String, String>> sessions = new LinkedHashMap<>();
    for (String line : lines(DUMP)) {
      String[] words = line.split(" ", 3);
      sessions
          .computeIfAbsent(Integer.parseInt(words[0]), number -> new LinkedHashMap<>())
          .put(words[1], words[2]);
    }
    return sessions;
  }

  private List<String> lines(String name) {
    Path file = folder.resolve(name);
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
