package dev.penstock.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What the kernel shows of the GPUs, in a folder with the paths of {@code /}. A device is a file
 * that says which, {@code c 195 255}: nobody but root can make one.
 */
record KernelFiles(Path folder) {
  private static final String UNKNOWN = "0";

  /** Command and status, after vendor and device; and how much of it everybody may read. */
  private static final String COMMAND = "07041000";

  private static final int CONFIGURATION = 64;

  /**
   * Writes them.
   *
   * @param gpus what is said of each, by its number and the key of the line
   * @param driver its version
   */
  void write(Map<Integer, Map<String, String>> gpus, String driver) throws IOException {
    boolean nvidia = gpus.values().stream().anyMatch(Models::isOfNvidia);
    List<String> modules = new ArrayList<>();
    if (nvidia) {
      modules.add(Lab.text("modules").strip());
      writeNvidia(driver);
    }
    link("dev/kmsg", "../../kmsg");
    for (Map.Entry<Integer, Map<String, String>> each : gpus.entrySet()) {
      int gpu = each.getKey();
      Map<String, String> said = each.getValue();
      String pci = said.getOrDefault("pci", UNKNOWN).toLowerCase(Locale.ROOT);
      if (!pci.equals(UNKNOWN)) {
        onBus(pci, said);
        if (Models.isOfNvidia(said)) {
          writeNvidia(gpu, pci, said);
        } else {
          Files.createDirectories(
              folder.resolve("sys/bus/pci/drivers").resolve(said.getOrDefault("kernel", "")));
          writeNodes(gpu, pci);
          modules.add(said.getOrDefault("kernel", "") + " 19619840 6 - Live 0x0000000000000000");
        }
      }
    }
    text("proc/modules", String.join("\n", modules));
  }

  private void writeNvidia(String driver) throws IOException {
    text(
        "proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  " + driver + "  Release Build");
    text("sys/module/nvidia/version", driver);
    text("dev/nvidiactl", "c 195 255");
    text("dev/nvidia-uvm", "c 510 0");
    for (String name : new String[] {"libcuda", "libnvidia-encode", "libnvcuvid", "libnvidia-ml"}) {
      link("usr/lib/x86_64-linux-gnu/" + name + ".so.1", name + ".so." + driver);
      link("usr/lib/x86_64-linux-gnu/" + name + ".so." + driver, "../../../../" + name + ".so.1");
    }
  }

  private void writeNvidia(int gpu, String pci, Map<String, String> said) throws IOException {
    text("dev/nvidia" + gpu, "c 195 " + gpu);
    text(
        "proc/driver/nvidia/gpus/" + pci + "/information",
        """
        Model: \t\t %s
        GPU UUID: \t %s
        Bus Type: \t PCIe
        Bus Location: \t %s
        Device Minor: \t %d
        GPU Excluded:\t No\
        """
            .formatted(
                said.getOrDefault("name", ""),
                Models.dashed(said.getOrDefault("uuid", UNKNOWN.repeat(32))),
                pci,
                gpu));
  }

  /** Those of the kernel's graphics, numbered as the GPUs are. */
  private void writeNodes(int gpu, String pci) throws IOException {
    Map<String, String> nodes =
        Map.of("card" + gpu, "c 226 " + gpu, "renderD" + (128 + gpu), "c 226 " + (128 + gpu));
    for (Map.Entry<String, String> node : nodes.entrySet()) {
      text("dev/dri/" + node.getKey(), node.getValue());
      Files.createDirectories(folder.resolve(bus(pci)).resolve("drm").resolve(node.getKey()));
      link("sys/class/drm/" + node.getKey() + "/device", "../../../" + device(pci));
    }
  }

  private static String bus(String pci) {
    return "sys/" + device(pci);
  }

  private static String device(String pci) {
    return "devices/pci0000:00/" + pci;
  }

  private void onBus(String pci, Map<String, String> said) throws IOException {
    String identity = "";
    for (String line : Lab.text(said.getOrDefault("bus", "pci")).lines().toList()) {
      String[] words = line.split(" ", 2);
      text(bus(pci) + "/" + words[0], words[1].replace("|", "\n"));
      if (words[0].equals("vendor") || words[0].equals("device")) {
        identity += words[1].substring(4) + words[1].substring(2, 4);
      }
    }
    Files.write(
        folder.resolve(bus(pci)).resolve("config"),
        Arrays.copyOf(HexFormat.of().parseHex(identity + COMMAND), CONFIGURATION));
    link(bus(pci) + "/driver", "../../../bus/pci/drivers/" + said.getOrDefault("kernel", "nvidia"));
    link("sys/bus/pci/devices/" + pci, "../../../" + device(pci));
  }

  private void text(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text + "\n");
  }

  private void link(String path, String target) throws IOException {
    Path link = folder.resolve(path);
    Files.createDirectories(link.getParent());
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of(target));
  }
}
