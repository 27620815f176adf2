package dev.penstock.hardware.trial;

import dev.penstock.av.AvException;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
import dev.penstock.hardware.PciBus;
import dev.penstock.hardware.Root;
import dev.penstock.hardware.vulkan.VulkanFacts.VulkanDevice;
import dev.penstock.hardware.vulkan.VulkanProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The device on which something is tried, opened; of software, none.
 *
 * @param uploads whether pictures must be brought onto the device first
 */
record Bench(Optional<HwDevice> device, boolean uploads) implements AutoCloseable {
  private static final Root ROOT = Root.ofThisMachine();

  /** Why there is no such device. */
  static final class NoDeviceException extends Exception {
    private static final long serialVersionUID = 1;

    NoDeviceException(String message) {
      super(message);
    }
  }

  /**
   * Opens what an encoder or decoder of a kind works on.
   *
   * @param kind as {@link Wish#kind} says it
   * @param device a PCI address or a UUID; empty takes the first
   * @throws NoDeviceException when it cannot be found
   * @throws AvException when it cannot be opened
   */
  static Bench open(String kind, Optional<String> device, LogScope log) throws NoDeviceException {
    return switch (kind) {
      case "nvenc", "nvdec" ->
          // NVENC finds the first itself; libav's decoder does not.
          device.isEmpty() && kind.equals("nvenc")
              ? new Bench(Optional.empty(), false)
              : new Bench(Optional.of(cuda(device, log)), false);
      case "vaapi" -> new Bench(Optional.of(open(HwDevice.Kind.VAAPI, node(device), log)), true);
      case "vadec" -> new Bench(Optional.of(open(HwDevice.Kind.VAAPI, node(device), log)), false);
      case "qsv" -> new Bench(Optional.of(open(HwDevice.Kind.QSV, node(device), log)), false);
      case "vulkan" ->
          new Bench(Optional.of(open(HwDevice.Kind.VULKAN, vulkan(device), log)), true);
      default -> new Bench(Optional.empty(), false);
    };
  }

  private static HwDevice cuda(Optional<String> device, LogScope log) {
    return device.isEmpty() ? open(HwDevice.Kind.CUDA, "", log) : HwDevice.cuda(device.get(), log);
  }

  private static HwDevice open(HwDevice.Kind kind, String selector, LogScope log) {
    return HwDevice.open(kind, selector, Map.of(), log);
  }

  /** The render node of a PCI device. */
  private static String node(Optional<String> device) throws NoDeviceException {
    if (device.isEmpty()) {
      return "";
    }
    Path folder = ROOT.resolve(PciBus.DEVICES).resolve(device.get()).resolve("drm");
    try (Stream<Path> all = Files.list(folder)) {
      return all.map(path -> String.valueOf(path.getFileName()))
          .filter(name -> name.startsWith("renderD"))
          .findFirst()
          .map(name -> ROOT.resolve("dev/dri/" + name).toString())
          .orElseThrow(() -> new NoDeviceException("there is no render node in " + folder));
    } catch (IOException e) {
      throw new NoDeviceException(folder + " cannot be read: " + e.getMessage());
    }
  }

  /** libav takes the loader's number of a device, which is that of the probe here. */
  private static String vulkan(Optional<String> device) throws NoDeviceException {
    if (device.isEmpty()) {
      return "";
    }
    return new VulkanProbe()
        .ask("").devices().stream()
            .filter(each -> each.pci().toOptional().equals(device))
            .findFirst()
            .map(VulkanDevice::index)
            .map(String::valueOf)
            .orElseThrow(() -> new NoDeviceException("Vulkan has no device at " + device.get()));
  }

  @Override
  public void close() {
    device.ifPresent(HwDevice::close);
  }
}
