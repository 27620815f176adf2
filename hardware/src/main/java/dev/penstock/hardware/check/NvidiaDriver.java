package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Maker;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.nvidia.NvencProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The version of NVIDIA's driver. */
record NvidiaDriver() implements Check {
  private static final String VERSION = "/proc/driver/nvidia/version";
  private static final Pattern KERNEL_MODULE =
      Pattern.compile("Kernel Module(?: for \\S+)?\\s+(\\d+\\.\\d+(?:\\.\\d+)?)");

  /** Of NVENC 13.0. */
  private static final String LEAST = "570.0";

  @Override
  public String id() {
    return "nv.driver.version";
  }

  @Override
  public Group group() {
    return Group.NVIDIA;
  }

  @Override
  public String title() {
    return "driver version";
  }

  @Override
  public String rule() {
    return "The driver is 570.0 or newer, which NVENC 13.0 needs, the version that Penstock's"
        + " FFmpeg is built against, where a GPU may have an encoder. GPUs of the Blackwell generation need the open kernel"
        + " modules.";
  }

  @Override
  public String source() {
    return "README of nv-codec-headers 13.0.19; NVIDIA driver README, Open Linux Kernel Modules";
  }

  @Override
  public List<Wanted> files() {
    return Gpu.and(
        Stream.concat(DeviceMap.files().stream(), Stream.of(Wanted.text(VERSION))).toList());
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(NvencProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    List<Gpu> gpus = Gpu.of(machine, Maker.NVIDIA);
    if (gpus.isEmpty()) {
      return List.of(Gpu.none(this, machine, Set.of(Maker.NVIDIA)));
    }
    Reading<String> text = machine.files().text(VERSION);
    Found found = Found.by(this).seen(text.map(lines -> lines.lines().findFirst().orElse("")));
    if (!(text instanceof Reading.Present<String>(String lines, String _))) {
      return List.of(found.without(text, "the driver is not loaded"));
    }
    Matcher version = KERNEL_MODULE.matcher(lines);
    if (!version.find()) {
      return List.of(found.unknown(VERSION + " names no version", ""));
    }
    boolean open = lines.contains("Open Kernel Module");
    boolean encodes = NvidiaGpus.mayEncode(machine);
    return List.of(judged(found, version.group(1), open, encodes, gpus));
  }

  private static Finding judged(
      Found found, String version, boolean open, boolean encodes, List<Gpu> gpus) {
    String summary = "driver " + version + (open ? ", open modules" : ", proprietary modules");
    boolean old = ModuleFiles.VERSIONS.compare(version, LEAST) < 0;
    if (old && encodes) {
      return found
          .remedy(
              Remedy.command(
                  "Install a newer driver and reboot (Ubuntu; elsewhere its own way).",
                  "apt-get install -y nvidia-driver-570-server",
                  "reboot"))
          .fail(
              summary + ", older than " + LEAST,
              "Driver does not support the required nvenc API version: NVENC does not start.");
    }
    if (!open && gpus.stream().anyMatch(NvidiaDriver::isBlackwell)) {
      return found
          .remedy(
              Remedy.command(
                  "Install the open modules and reboot (Ubuntu; elsewhere its own way).",
                  "apt-get install -y nvidia-driver-" + version.split("\\.", 2)[0] + "-open",
                  "reboot"))
          .fail(
              summary + ", and the GPU needs the open ones", "The driver does not start the GPU.");
    }
    return found.pass(
        old ? summary + "; no GPU here has an encoder, which would need " + LEAST : summary);
  }

  /** Device numbers from GB100 (2900) to GB207 (2dff) and GB205 (2fff). */
  private static boolean isBlackwell(Gpu gpu) {
    return gpu.id() >= 0x2900 && gpu.id() <= 0x2fff;
  }
}
