package dev.penstock.hardware.capability;

import dev.penstock.hardware.vulkan.VulkanFacts.VulkanDevice;
import dev.penstock.model.Capability;
import dev.penstock.model.Capability.Api;
import dev.penstock.model.Capability.Direction;
import dev.penstock.model.Capability.Evidence;
import dev.penstock.model.Device.Vendor;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What Vulkan answered: that a driver has an extension, and no more. */
final class VulkanDraft {
  private static final Map<String, String> CODECS =
      Map.of("h264", "h264", "h265", "hevc", "av1", "av1", "vp9", "vp9");

  private VulkanDraft() {}

  static void add(VulkanDevice device, Drafts drafts) {
    if (!device.software()) {
      Draft draft = drafts.of(device.pci(), device.uuid().map(VulkanDraft::uuid));
      if (draft.name.equals(Draft.UNKNOWN) || draft.nameIsOfBus) {
        draft.name = device.name();
        draft.nameIsOfBus = false;
      }
      if (draft.vendor != Vendor.NVIDIA) {
        device.driver().toOptional().ifPresent(draft.drivers::add);
      }
      List<String> extensions = device.extensions().toOptional().orElse(List.of());
      add(Direction.ENCODE, device.encodes(), "VK_KHR_video_encode_", extensions, draft);
      add(Direction.DECODE, device.decodes(), "VK_KHR_video_decode_", extensions, draft);
    }
  }

  private static void add(
      Direction direction, boolean can, String prefix, List<String> extensions, Draft draft) {
    extensions.stream()
        .filter(name -> can && name.startsWith(prefix))
        .forEach(name ->
            Optional.ofNullable(CODECS.get(name.substring(prefix.length())))
                .ifPresent(codec ->
                    draft.capabilities.add(
                        Capability.of(
                            direction, Api.VULKAN, codec, List.of(), Evidence.DECLARED, name))));
  }

  /** As CUDA writes it. */
  private static String uuid(String hex) {
    return "GPU-"
        + String.join(
            "-",
            hex.substring(0, 8),
            hex.substring(8, 12),
            hex.substring(12, 16),
            hex.substring(16, 20),
            hex.substring(20));
  }
}
