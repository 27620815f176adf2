package dev.penstock.hardware.vulkan;

/**
 * Types, sizes and offsets of the structures of vulkan_core.h, x86-64, in bytes. Compiled against a
 * header by a test.
 */
final class VulkanLayout {
  /** {@code pNext}, in all of them. */
  static final long NEXT = 8;

  static final long APPLICATION_INFO_SIZE = 48;
  static final long APPLICATION_INFO_API = 44;

  static final int INSTANCE_INFO_TYPE = 1;
  static final long INSTANCE_INFO_SIZE = 64;
  static final long INSTANCE_INFO_APPLICATION = 24;

  static final long EXTENSION_SIZE = 260;

  static final long QUEUE_FAMILY_SIZE = 24;

  /** VkPhysicalDeviceProperties2, whose properties begin at 16. */
  static final int PROPERTIES_TYPE = 1_000_059_001;

  static final long PROPERTIES_SIZE = 840;
  static final long PROPERTIES_VENDOR = 16 + 8;
  static final long PROPERTIES_KIND = 16 + 16;
  static final long PROPERTIES_NAME = 16 + 20;

  static final int ID_TYPE = 1_000_071_004;
  static final long ID_SIZE = 64;
  static final long ID_DEVICE = 16;

  static final int DRIVER_TYPE = 1_000_196_000;
  static final long DRIVER_SIZE = 536;
  static final long DRIVER_NAME = 20;
  static final long DRIVER_INFO = 276;

  static final int BUS_TYPE = 1_000_212_000;
  static final long BUS_SIZE = 32;
  static final long BUS_DOMAIN = 16;
  static final long BUS_BUS = 20;
  static final long BUS_DEVICE = 24;
  static final long BUS_FUNCTION = 28;

  private VulkanLayout() {}
}
