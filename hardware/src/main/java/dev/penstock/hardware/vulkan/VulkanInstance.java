package dev.penstock.hardware.vulkan;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import dev.penstock.hardware.foreign.CFunction;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.hardware.vulkan.VulkanFacts.VulkanDevice;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An instance of Vulkan, only to be asked. Structures are read at the offsets C gives them; see
 * {@link VulkanLayout}. One thread.
 */
final class VulkanInstance {
  private static final int SUCCESS = 0;
  private static final int VERSION_1_1 = 1 << 22 | 1 << 12;
  private static final int CPU = 4;
  private static final int QUEUE_VIDEO_DECODE = 0x20;
  private static final int QUEUE_VIDEO_ENCODE = 0x40;

  /** What FFmpeg needs besides the extensions for video. */
  private static final List<String> NEEDED =
      List.of(
          "VK_EXT_image_drm_format_modifier",
          "VK_KHR_external_memory_fd",
          "VK_EXT_external_memory_dma_buf");

  private final SharedLibrary vulkan;
  private final MemorySegment instance;
  private final Arena arena;

  private VulkanInstance(SharedLibrary vulkan, MemorySegment instance, Arena arena) {
    this.vulkan = vulkan;
    this.instance = instance;
    this.arena = arena;
  }

  static VulkanFacts ask(SharedLibrary vulkan) {
    Reading<String> library = Reading.of(vulkan.name(), vulkan.name());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = SharedLibrary.pointerOut(arena);
      OptionalInt result =
          vulkan.call("vkCreateInstance", creation(arena), MemorySegment.NULL, out);
      if (result.orElse(-1) != SUCCESS) {
        return new VulkanFacts(
            library,
            Reading.absent(Why.FAILED, "vkCreateInstance", "VkResult " + result.orElse(-1)),
            List.of());
      }
      VulkanInstance instance = new VulkanInstance(vulkan, out.get(ADDRESS, 0), arena);
      VulkanFacts facts = new VulkanFacts(library, instance.loaderVersion(), instance.devices());
      instance.destroy();
      return facts;
    }
  }

  /** VkInstanceCreateInfo with a VkApplicationInfo that asks for Vulkan 1.1. */
  private static MemorySegment creation(Arena arena) {
    MemorySegment application = arena.allocate(VulkanLayout.APPLICATION_INFO_SIZE, 8);
    application.set(JAVA_INT, VulkanLayout.APPLICATION_INFO_API, VERSION_1_1);
    MemorySegment creation = arena.allocate(VulkanLayout.INSTANCE_INFO_SIZE, 8);
    creation.set(JAVA_INT, 0, VulkanLayout.INSTANCE_INFO_TYPE);
    creation.set(ADDRESS, VulkanLayout.INSTANCE_INFO_APPLICATION, application);
    return creation;
  }

  private void destroy() {
    vulkan
        .find("vkDestroyInstance")
        .ifPresent(function -> CFunction.nothing(function, instance, MemorySegment.NULL));
  }

  private Reading<String> loaderVersion() {
    MemorySegment version = arena.allocate(JAVA_INT);
    OptionalInt result = vulkan.call("vkEnumerateInstanceVersion", version);
    return result.orElse(-1) == SUCCESS
        ? Reading.of(version(version.get(JAVA_INT, 0)), "vkEnumerateInstanceVersion")
        : Reading.of("1.0", "vkEnumerateInstanceVersion");
  }

  private static String version(int word) {
    return (word >>> 22 & 0x7f) + "." + (word >>> 12 & 0x3ff) + "." + (word & 0xfff);
  }

  private List<VulkanDevice> devices() {
    MemorySegment count = arena.allocate(JAVA_INT);
    vulkan.call("vkEnumeratePhysicalDevices", instance, count, MemorySegment.NULL);
    int room = Math.max(0, count.get(JAVA_INT, 0));
    MemorySegment handles = arena.allocate(ADDRESS, room);
    vulkan.call("vkEnumeratePhysicalDevices", instance, count, handles);
    List<VulkanDevice> devices = new ArrayList<>();
    for (int i = 0; i < Math.min(room, count.get(JAVA_INT, 0)); i++) {
      devices.add(device(i, handles.getAtIndex(ADDRESS, i)));
    }
    return devices;
  }

  private VulkanDevice device(int index, MemorySegment device) {
    Reading<List<String>> all = extensions(device);
    boolean knowsBus = all.toOptional().orElse(List.of()).contains("VK_EXT_pci_bus_info");
    MemorySegment properties = arena.allocate(VulkanLayout.PROPERTIES_SIZE, 8);
    MemorySegment id = chained(VulkanLayout.ID_SIZE, VulkanLayout.ID_TYPE, properties);
    MemorySegment driver = chained(VulkanLayout.DRIVER_SIZE, VulkanLayout.DRIVER_TYPE, properties);
    Optional<MemorySegment> bus =
        knowsBus
            ? Optional.of(chained(VulkanLayout.BUS_SIZE, VulkanLayout.BUS_TYPE, properties))
            : Optional.empty();
    properties.set(JAVA_INT, 0, VulkanLayout.PROPERTIES_TYPE);
    vulkan
        .find("vkGetPhysicalDeviceProperties2")
        .ifPresent(function -> CFunction.nothing(function, device, properties));
    int queues = queueFlags(device);
    return new VulkanDevice(
        index,
        properties.getString(VulkanLayout.PROPERTIES_NAME),
        uuid(id),
        bus.map(VulkanInstance::address)
            .orElse(
                Reading.absent(
                    Why.UNSUPPORTED, "VK_EXT_pci_bus_info", "the driver does not have it")),
        "%04x".formatted(properties.get(JAVA_INT, VulkanLayout.PROPERTIES_VENDOR)),
        properties.get(JAVA_INT, VulkanLayout.PROPERTIES_KIND) == CPU,
        driver(driver),
        all.map(names -> names.stream().filter(VulkanInstance::isWanted).sorted().toList()),
        (queues & QUEUE_VIDEO_ENCODE) != 0,
        (queues & QUEUE_VIDEO_DECODE) != 0);
  }

  /** A structure that is filled in together with the properties. */
  private MemorySegment chained(long size, int type, MemorySegment properties) {
    MemorySegment structure = arena.allocate(size, 8);
    structure.set(JAVA_INT, 0, type);
    structure.set(ADDRESS, VulkanLayout.NEXT, properties.get(ADDRESS, VulkanLayout.NEXT));
    properties.set(ADDRESS, VulkanLayout.NEXT, structure);
    return structure;
  }

  private static boolean isWanted(String extension) {
    return extension.startsWith("VK_KHR_video_") || NEEDED.contains(extension);
  }

  private static Reading<String> uuid(MemorySegment id) {
    byte[] bytes = id.asSlice(VulkanLayout.ID_DEVICE, 16).toArray(JAVA_BYTE);
    return Reading.of(HexFormat.of().formatHex(bytes), "VkPhysicalDeviceIDProperties");
  }

  private static Reading<String> address(MemorySegment bus) {
    return Reading.of(
        "%04x:%02x:%02x.%x"
            .formatted(
                bus.get(JAVA_INT, VulkanLayout.BUS_DOMAIN),
                bus.get(JAVA_INT, VulkanLayout.BUS_BUS),
                bus.get(JAVA_INT, VulkanLayout.BUS_DEVICE),
                bus.get(JAVA_INT, VulkanLayout.BUS_FUNCTION)),
        "VkPhysicalDevicePCIBusInfoPropertiesEXT");
  }

  private static Reading<String> driver(MemorySegment driver) {
    String words =
        (driver.getString(VulkanLayout.DRIVER_NAME)
                + " "
                + driver.getString(VulkanLayout.DRIVER_INFO))
            .strip();
    String from = "VkPhysicalDeviceDriverProperties";
    return words.isEmpty()
        ? Reading.absent(Why.UNSUPPORTED, from, "the driver does not have it")
        : Reading.of(words, from);
  }

  private Reading<List<String>> extensions(MemorySegment device) {
    String function = "vkEnumerateDeviceExtensionProperties";
    MemorySegment count = arena.allocate(JAVA_INT);
    OptionalInt counted =
        vulkan.call(function, device, MemorySegment.NULL, count, MemorySegment.NULL);
    if (counted.orElse(-1) != SUCCESS) {
      return Reading.absent(Why.FAILED, function, "VkResult " + counted.orElse(-1));
    }
    int room = Math.max(0, count.get(JAVA_INT, 0));
    MemorySegment list = arena.allocate(VulkanLayout.EXTENSION_SIZE * room, 4);
    vulkan.call(function, device, MemorySegment.NULL, count, list);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < Math.min(room, count.get(JAVA_INT, 0)); i++) {
      names.add(list.getString(VulkanLayout.EXTENSION_SIZE * i));
    }
    return Reading.of(List.copyOf(names), function);
  }

  /** Those of all families together. */
  private int queueFlags(MemorySegment device) {
    Optional<MemorySegment> function = vulkan.find("vkGetPhysicalDeviceQueueFamilyProperties");
    if (function.isEmpty()) {
      return 0;
    }
    MemorySegment count = arena.allocate(JAVA_INT);
    CFunction.nothing(function.get(), device, count, MemorySegment.NULL);
    int room = Math.max(0, count.get(JAVA_INT, 0));
    MemorySegment families = arena.allocate(VulkanLayout.QUEUE_FAMILY_SIZE * room, 4);
    CFunction.nothing(function.get(), device, count, families);
    int flags = 0;
    for (int i = 0; i < Math.min(room, count.get(JAVA_INT, 0)); i++) {
      flags |= families.get(JAVA_INT, VulkanLayout.QUEUE_FAMILY_SIZE * i);
    }
    return flags;
  }
}
