package dev.penstock.hardware.check;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.Probe;
import dev.penstock.hardware.Wanted;
import dev.penstock.hardware.capability.DeviceMap;
import dev.penstock.hardware.vulkan.VulkanFacts;
import dev.penstock.hardware.vulkan.VulkanFacts.VulkanDevice;
import dev.penstock.hardware.vulkan.VulkanProbe;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.stream.Collectors;

/** Whether drivers of Vulkan encode video. */
record VkVideo() implements Check {
  @Override
  public String id() {
    return "vk.video";
  }

  @Override
  public Group group() {
    return Group.DRM;
  }

  @Override
  public String title() {
    return "Vulkan video";
  }

  @Override
  public String rule() {
    return "Each GPU has a family of queues that encodes video, and VK_KHR_video_encode_h264, _h265"
        + " or _av1. Vulkan is one way of several: NVENC, VA-API and QSV do without it. RADV may"
        + " need RADV_PERFTEST=video_encode, and has none for Polaris.";
  }

  @Override
  public String source() {
    return "Vulkan 1.4 specification, VK_KHR_video_encode_queue; Mesa's features.txt";
  }

  @Override
  public List<Wanted> files() {
    return DeviceMap.files();
  }

  @Override
  public List<Class<? extends Probe<?>>> probes() {
    return List.of(VulkanProbe.class);
  }

  @Override
  public List<Finding> examine(Machine machine) {
    if (machine.displays().isEmpty()) {
      return List.of(Gpu.none(this, machine, Gpu.MAKERS));
    }
    return switch (machine.answer(VulkanProbe.class, VulkanFacts.class)) {
      case Reading.Present<VulkanFacts>(VulkanFacts facts, String _) -> judged(facts);
      case Reading.Absent<VulkanFacts> absent ->
          List.of(
              Found.by(this)
                  .seen(absent)
                  .unknown(Found.silent("Vulkan", absent), "Other ways to encode do without it."));
    };
  }

  private List<Finding> judged(VulkanFacts facts) {
    if (facts.library() instanceof Reading.Absent<String>(Why _, String _, String _)) {
      return List.of(
          Found.by(this)
              .seen(facts.library())
              .skip("there is no Vulkan loader; others do without"));
    }
    List<VulkanDevice> devices =
        facts.devices().stream().filter(device -> !device.software()).toList();
    if (devices.isEmpty()) {
      return List.of(
          Found.by(this)
              .seen(facts.instance())
              .remedy(
                  Remedy.byHand(
                      "Install the GPU's Vulkan driver; in a container with NVIDIA's runtime, add"
                          + " graphics to NVIDIA_DRIVER_CAPABILITIES."))
              .warn("Vulkan finds no GPU", "Nothing encodes with Vulkan; other ways do without."));
    }
    return devices.stream().map(this::judged).toList();
  }

  private Finding judged(VulkanDevice device) {
    Found found =
        Found.by(this, device.pci().toOptional().orElse(device.name()))
            .seen(device.driver())
            .seen(device.extensions());
    if (device.extensions() instanceof Reading.Absent<List<String>>) {
      return found.unknown("the extensions of " + device.name() + " could not be read", "");
    }
    List<String> encoders =
        device.extensions().toOptional().orElse(List.of()).stream()
            .filter(name -> name.startsWith("VK_KHR_video_encode_") && !name.endsWith("_queue"))
            .map(name -> name.substring("VK_KHR_video_encode_".length()))
            .toList();
    return device.encodes() && !encoders.isEmpty()
        ? found.pass(
            device.name() + " encodes " + encoders.stream().collect(Collectors.joining(", ")))
        : found.skip(device.name() + " does not encode with Vulkan; other ways do without");
  }
}
