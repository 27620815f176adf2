package dev.penstock.hardware.vulkan;

import dev.penstock.model.Reading;
import java.util.List;

/**
 * What Vulkan says about a machine.
 *
 * @param library the loader, that was loaded
 * @param instance the newest version of Vulkan it serves; absent where no instance could be made,
 *     with the result
 */
public record VulkanFacts(
    Reading<String> library, Reading<String> instance, List<VulkanDevice> devices) {
  public VulkanFacts {
    devices = List.copyOf(devices);
  }

  /**
   * One device.
   *
   * @param index the loader's, which FFmpeg takes too
   * @param uuid 32 hexadecimal digits; of NVIDIA's devices those of CUDA's UUID
   * @param pci the full address in lower case
   * @param vendor PCI's number of it, such as {@code 10de}
   * @param software whether it is a processor that plays a GPU
   * @param driver its name and version
   * @param extensions of its driver that are about video or that FFmpeg needs for it
   * @param encodes whether a family of queues encodes video
   * @param decodes whether a family of queues decodes video
   */
  public record VulkanDevice(
      int index,
      String name,
      Reading<String> uuid,
      Reading<String> pci,
      String vendor,
      boolean software,
      Reading<String> driver,
      Reading<List<String>> extensions,
      boolean encodes,
      boolean decodes) {}
}
