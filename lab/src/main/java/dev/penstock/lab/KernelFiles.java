package dev.penstock.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;

/**
 * What a kernel with NVIDIA's driver shows of the GPUs, in a folder with the paths of {@code /}. A
 * device is a file that says which, {@code c 195 255}: nobody but root can make one.
 */
record KernelFiles(Path folder) {
  private static final String UNKNOWN = "0";

  /** Vendor, device, command, status, and how much of it everybody may read. */
  private static final byte[] HEADER = HexFormat.of().parseHex("de10b92607041000");

  private static final int CONFIGURATION = 64;

  /**
   * Writes them.
   *
   * @param gpus what is said of each, by its number and the key of the line
   * @param driver its version
   */
  void write(Map<Integer, Map<String, String>> gpus, String driver) throws IOException {
    text(
        "proc/driver/nvidia/version",
        "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  " + driver + "  Release Build");
    text("proc/modules", Lab.text("modules").strip());
    text("sys/module/nvidia/version", driver);
    text("dev/nvidiactl", "c 195 255");
    text("dev/nvidia-uvm", "c 510 0");
    link("dev/kmsg", "../../kmsg");
    for (String name : new String[] {"libcuda", "libnvidia-encode", "libnvcuvid", "libnvidia-ml"}) {
      link("usr/lib/x86_64-linux-gnu/" + name + ".so.1", name + ".so." + driver);
      link("usr/lib/x86_64-linux-gnu/" + name + ".so." + driver, "../../../../" + name + ".so.1");
    }
    for (Map.Entry<Integer, Map<String, String>> gpu : gpus.entrySet()) {
      write(gpu.getKey(), gpu.getValue());
    }
  }

  private void write(int gpu, Map<String, String> said) throws IOException {
    String pci = said.getOrDefault("pci", UNKNOWN).toLowerCase(Locale.ROOT);
    if (pci.equals(UNKNOWN)) {
      return;
    }
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
    String bus = "sys/bus/pci/devices/" + pci;
    String device = "devices/pci0000:00/" + pci;
    for (String line : Lab.text("pci").lines().toList()) {
      String[] words = line.split(" ", 2);
      text("sys/" + device + "/" + words[0], words[1].replace("|", "\n"));
    }
    Files.write(folder.resolve("sys/" + device + "/config"), Arrays.copyOf(HEADER, CONFIGURATION));
    link("sys/" + device + "/driver", "../../../bus/pci/drivers/nvidia");
    link(bus, "../../../" + device);
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
