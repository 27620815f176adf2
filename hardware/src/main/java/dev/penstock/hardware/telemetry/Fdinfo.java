package dev.penstock.hardware.telemetry;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What DRM drivers say of each client in {@code /proc/PID/fdinfo}; see "DRM client usage stats" in
 * the kernel's documentation. Only processes of the same user can be read without privileges.
 */
final class Fdinfo {
  private static final String DEVICES = "/dev/dri/";
  private static final int KIBI = 1024;

  private Fdinfo() {}

  /**
   * One opened device; file descriptors that share it count once.
   *
   * @param pci the address of the device
   * @param busy by engine, in nanoseconds or cycles since it was opened
   * @param cycles by engine, that passed in all; only for drivers that count in cycles
   * @param capacity by engine, how many of it there are, where that is not one
   * @param memory bytes of the device's own memory
   */
  record Client(
      String pci,
      long id,
      long pid,
      Map<String, Long> busy,
      Map<String, Long> cycles,
      Map<String, Long> capacity,
      Optional<Long> memory) {}

  /** Those of all processes that may be looked at. */
  static List<Client> clients(Path root) {
    Map<String, Client> clients = new TreeMap<>();
    for (Path process : children(root.resolve("proc"), "[0-9]*")) {
      long pid = Long.parseLong(process.getFileName().toString());
      for (Path descriptor : children(process.resolve("fd"), "*")) {
        if (isDevice(descriptor)) {
          read(process.resolve("fdinfo").resolve(descriptor.getFileName()), pid)
              .ifPresent(client -> clients.putIfAbsent(client.pci + " " + client.id, client));
        }
      }
    }
    return List.copyOf(clients.values());
  }

  private static List<Path> children(Path folder, String glob) {
    List<Path> found = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(folder, glob)) {
      children.forEach(found::add);
    } catch (IOException | java.nio.file.DirectoryIteratorException _) {
      // Processes end while they are looked at, and those of others may not be.
    }
    return found;
  }

  private static boolean isDevice(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString().startsWith(DEVICES);
    } catch (IOException | UnsupportedOperationException _) {
      return false;
    }
  }

  private static Optional<Client> read(Path file, long pid) {
    Map<String, String> values = new HashMap<>();
    try {
      for (String line : Files.readAllLines(file)) {
        int colon = line.indexOf(':');
        if (colon > 0) {
          values.put(line.substring(0, colon), line.substring(colon + 1).strip());
        }
      }
    } catch (IOException _) {
      return Optional.empty();
    }
    String pci = values.get("drm-pdev");
    String id = values.get("drm-client-id");
    if (pci == null || id == null) {
      return Optional.empty();
    }
    Map<String, Long> cycles = numbers(values, "drm-cycles-");
    return Optional.of(
        new Client(
            pci.toLowerCase(Locale.ROOT),
            number(id),
            pid,
            cycles.isEmpty() ? engines(values) : cycles,
            numbers(values, "drm-total-cycles-"),
            numbers(values, "drm-engine-capacity-"),
            memory(values)));
  }

  private static Map<String, Long> engines(Map<String, String> values) {
    Map<String, Long> engines = numbers(values, "drm-engine-");
    engines.keySet().removeIf(name -> name.startsWith("capacity-"));
    return engines;
  }

  private static Map<String, Long> numbers(Map<String, String> values, String prefix) {
    Map<String, Long> numbers = new TreeMap<>();
    values.forEach((key, value) -> {
      if (key.startsWith(prefix)) {
        numbers.put(key.substring(prefix.length()), number(value));
      }
    });
    return numbers;
  }

  /** The drivers do not agree on a name. */
  private static Optional<Long> memory(Map<String, String> values) {
    for (String key :
        List.of(
            "drm-resident-vram",
            "drm-memory-vram",
            "drm-resident-vram0",
            "drm-resident-local0",
            "drm-total-vram0",
            "drm-total-local0")) {
      String value = values.get(key);
      if (value != null) {
        return Optional.of(bytes(value));
      }
    }
    return Optional.empty();
  }

  private static long bytes(String value) {
    long number = number(value);
    if (value.endsWith("KiB")) {
      return number * KIBI;
    }
    return value.endsWith("MiB") ? number * KIBI * KIBI : number;
  }

  /** The number a text begins with. */
  private static long number(String text) {
    int end = 0;
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end == 0 || end > 18 ? 0 : Long.parseLong(text.substring(0, end));
  }
}
