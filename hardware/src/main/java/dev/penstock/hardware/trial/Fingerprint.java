package dev.penstock.hardware.trial;

import dev.penstock.av.Libraries;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.PciBus;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What answers of drivers and trials depend on: the GPUs, their driver, its libraries and device
 * nodes as this process sees them, and the build. Reads only files that no driver has a hand in, so
 * that it comes back whatever a GPU does; takes a few milliseconds.
 */
public final class Fingerprint {
  /** Raised when what is kept changes its shape or meaning. */
  private static final String FORMAT = "1";

  private static final List<String> OF_DEVICE =
      List.of("vendor", "device", "subsystem_vendor", "subsystem_device", "revision");

  /** What is installed is seen by when these changed. */
  private static final List<String> INSTALLED =
      List.of(
          "etc/ld.so.cache",
          "usr/lib/x86_64-linux-gnu/dri",
          "usr/lib64/dri",
          "usr/lib/dri",
          "usr/share/vulkan/icd.d",
          "etc/vulkan/icd.d");

  private static final List<String> VARIABLES =
      List.of(
          "LD_LIBRARY_PATH",
          "LIBVA_",
          "CUDA_",
          "NVIDIA_",
          "VK_",
          "RADV_",
          "AMD_",
          "ONEVPL_",
          "INTEL_MEDIA_RUNTIME",
          "PENSTOCK_NVML",
          Root.VARIABLE);

  private final Root root;
  private final Map<String, String> environment;

  /** Of a process with this environment. */
  public Fingerprint(Root root, Map<String, String> environment) {
    this.root = root;
    this.environment = Map.copyOf(environment);
  }

  public static Fingerprint ofThisMachine() {
    return new Fingerprint(Root.ofThisMachine(), System.getenv());
  }

  /**
   * The GPUs on the bus, one line each: address, vendor, the rest. Display devices of other makers
   * than AMD, Intel and NVIDIA are none.
   */
  public List<String> gpus() {
    List<String> gpus = new ArrayList<>();
    for (Path device : folder(PciBus.DEVICES)) {
      String vendor = text(device.resolve("vendor"));
      if (text(device.resolve("class")).startsWith("0x03") && Maker.of(vendor).isPresent()) {
        StringBuilder line = new StringBuilder(name(device));
        OF_DEVICE.forEach(file -> line.append(' ').append(text(device.resolve(file))));
        gpus.add(line.append(' ').append(linkName(device.resolve("driver"))).toString());
      }
    }
    return gpus;
  }

  /** All of it, as a name. */
  public String word() {
    List<String> facts = new ArrayList<>(gpus());
    facts.add(FORMAT);
    facts.add(text(root.resolve("proc/driver/nvidia/version")));
    facts.add(text(root.resolve("proc/sys/kernel/osrelease")));
    INSTALLED.forEach(path -> facts.add(path + " " + changed(root.resolve(path))));
    nodes().forEach(node -> facts.add(node + " " + access(node)));
    text(root.resolve("proc/self/status"))
        .lines()
        .filter(line -> line.matches("(Uid|Gid|Groups):.*"))
        .forEach(facts::add);
    new TreeMap<>(environment)
        .forEach((name, value) -> {
          if (VARIABLES.stream().anyMatch(name::startsWith)) {
            facts.add(name + "=" + value);
          }
        });
    facts.add(Libraries.identity());
    return Sha256.of(String.join("\n", facts)).substring(0, 24);
  }

  private List<Path> nodes() {
    return Stream.of(folder("dev").stream(), folder("dev/dri").stream())
        .flatMap(each -> each)
        .filter(path ->
            name(path).startsWith("nvidia")
                || name(path).startsWith("renderD")
                || name(path).startsWith("card"))
        .toList();
  }

  private List<Path> folder(String path) {
    try (Stream<Path> all = Files.list(root.resolve(path))) {
      return all.sorted().toList();
    } catch (IOException | UncheckedIOException _) {
      return List.of();
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static String text(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException | UncheckedIOException _) {
      return "";
    }
  }

  private static String linkName(Path link) {
    try {
      return name(Files.readSymbolicLink(link));
    } catch (IOException | UnsupportedOperationException _) {
      return "";
    }
  }

  private static String changed(Path path) {
    try {
      return Files.getLastModifiedTime(path).toString();
    } catch (IOException _) {
      return "";
    }
  }

  private static String access(Path node) {
    try {
      Map<String, Object> facts = Files.readAttributes(node, "unix:mode,uid,gid,rdev");
      return new TreeMap<>(facts).toString();
    } catch (IOException | UnsupportedOperationException _) {
      return "";
    }
  }
}
