package dev.penstock.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Scenarios of a fleet, made into what the libraries read. */
final class Models {
  /** What {@code GPU model} may stand for, as it is described. */
  static final List<String> NAMES =
      List.of(
          "l40s.scenario",
          "l40s.video",
          "pci",
          "modules",
          "rx7900.video",
          "rx7900.pci",
          "a770.video",
          "a770.pci");

  /** What NVML says of a GPU that is played by the libraries of video as well. */
  private static final List<String> LIVE =
      List.of(
          "nvmlDeviceGetEncoderUtilization live",
          "nvmlDeviceGetEncoderSessions live",
          "nvmlDeviceGetComputeRunningProcesses_v3 live",
          "nvmlDeviceGetUtilizationRates 0 0",
          "nvmlDeviceGetDecoderUtilization 0 1000000",
          "nvmlDeviceGetProcessUtilization -");

  /** What a data sheet promises and the lab does not play: encoding AV1, decoding it and others. */
  private static final Pattern BEYOND =
      Pattern.compile("0 (encode )?0a352289-.*|0 decode/(?!4/|8/1/(8|10) |9/|10/).*");

  private Models() {}

  static boolean isOfNvml(String line) {
    String[] words = line.split(" ", 3);
    return words.length > 1
        && (words[1].startsWith("nvml") || words[1].equals("*") || words[0].equals("missing"));
  }

  /** With the lines of each {@code GPU model NAME} in its place, and what follows from the rest. */
  static List<String> expanded(String scenario) {
    List<String> lines = scenario.lines().filter(Models::says).flatMap(Models::expand).toList();
    Map<Integer, Map<String, String>> gpus = gpus(lines);
    List<String> all = new ArrayList<>();
    all.add(
        "system nvmlDeviceGetCount_v2 "
            + gpus.values().stream().filter(Models::isOfNvidia).count());
    gpus.forEach((gpu, said) -> {
      if (isOfNvidia(said)) {
        all.addAll(following(gpu, said));
      }
    });
    /* After what follows from the model, so that a scenario can say otherwise. */
    all.addAll(lines);
    return all;
  }

  /** What lines say of each GPU, by its number and their keys; the last one wins. */
  static Map<Integer, Map<String, String>> gpus(List<String> lines) {
    Map<Integer, Map<String, String>> gpus = new TreeMap<>();
    for (String line : lines) {
      String[] words = line.split(" ", 3);
      if (words.length == 3 && words[0].matches("[0-9]+")) {
        gpus.computeIfAbsent(Integer.parseInt(words[0]), gpu -> new TreeMap<>())
            .put(words[1], words[2].strip());
      }
    }
    return gpus;
  }

  /** Whether NVIDIA's libraries show it: that of the others is named by their kernel's driver. */
  static boolean isOfNvidia(Map<String, String> said) {
    return !said.containsKey("kernel");
  }

  private static boolean says(String line) {
    return !line.isBlank() && !line.startsWith("#");
  }

  private static Stream<String> expand(String line) {
    String[] words = line.split(" ", 3);
    if (words.length < 3 || !words[1].equals("model")) {
      return Stream.of(line);
    }
    return Stream.of(".scenario", ".video")
        .map(kind -> words[2].strip() + kind)
        .filter(NAMES::contains)
        .flatMap(name -> Lab.text(name).lines())
        .filter(Models::says)
        .filter(Models::isOfAny)
        .filter(each -> !BEYOND.matcher(each).matches())
        .filter(each -> LIVE.stream().noneMatch(live -> sameKey(live, each)))
        .map(each -> each.replaceFirst("^(\\*|0) ", words[0] + " "));
  }

  /** The lines about one GPU stand for all; counts and names of its siblings are left out. */
  private static boolean isOfAny(String line) {
    String[] words = line.split(" ", 3);
    return switch (words[0]) {
      case "*" ->
          !words[1].equals("nvmlDeviceGetName") && !words[1].startsWith("nvmlDeviceGetMemoryInfo");
      case "system" -> !words[1].equals("nvmlDeviceGetCount_v2");
      case "0" -> !words[1].startsWith("nvml");
      default -> false;
    };
  }

  private static boolean sameKey(String live, String line) {
    return live.split(" ", 2)[0].equals(line.split(" ", 3)[1]);
  }

  private static List<String> following(int gpu, Map<String, String> said) {
    List<String> lines = new ArrayList<>();
    LIVE.forEach(line -> lines.add(gpu + " " + line));
    lines.add(gpu + " nvmlDeviceGetMinorNumber " + gpu);
    String name = said.get("name");
    if (name != null) {
      lines.add(gpu + " nvmlDeviceGetName " + name);
    }
    String memory = said.get("memory");
    if (memory != null) {
      lines.add(gpu + " nvmlDeviceGetMemoryInfo_v2 live " + memory);
    }
    String uuid = said.get("uuid");
    if (uuid != null) {
      lines.add(gpu + " nvmlDeviceGetUUID " + dashed(uuid));
    }
    String pci = said.get("pci");
    if (pci != null) {
      String[] parts = pci.split("[:.]", -1);
      lines.add(
          "%d nvmlDeviceGetPciInfo_v3 0x%s 0x%s 0x%s 0x26b910de 0x185110de"
              .formatted(gpu, parts[0], parts[1], parts[2]));
    }
    return lines;
  }

  static String dashed(String uuid) {
    return "GPU-" + uuid.replaceFirst("(.{8})(.{4})(.{4})(.{4})(.{12})", "$1-$2-$3-$4-$5");
  }
}
