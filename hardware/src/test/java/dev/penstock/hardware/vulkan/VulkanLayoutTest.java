package dev.penstock.hardware.vulkan;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.lab.Lab;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The numbers of {@link VulkanLayout} are those that a C compiler makes of the header. */
class VulkanLayoutTest {
  private final StringBuilder source = new StringBuilder("#include \"vulkan.h\"\n");

  @TempDir Path folder;

  @Test
  void sizesAndOffsets_areThoseOfC() throws IOException {
    assumeTrue(Lab.hasCompiler(), "gcc or the headers of the C library are missing");
    size("VkApplicationInfo", VulkanLayout.APPLICATION_INFO_SIZE);
    at("VkApplicationInfo", "apiVersion", VulkanLayout.APPLICATION_INFO_API);
    size("VkInstanceCreateInfo", VulkanLayout.INSTANCE_INFO_SIZE);
    at("VkInstanceCreateInfo", "pApplicationInfo", VulkanLayout.INSTANCE_INFO_APPLICATION);
    size("VkExtensionProperties", VulkanLayout.EXTENSION_SIZE);
    at("VkExtensionProperties", "extensionName", 0);
    size("VkQueueFamilyProperties", VulkanLayout.QUEUE_FAMILY_SIZE);
    at("VkQueueFamilyProperties", "queueFlags", 0);
    size("VkPhysicalDeviceProperties2", VulkanLayout.PROPERTIES_SIZE);
    at("VkPhysicalDeviceProperties2", "properties.vendorID", VulkanLayout.PROPERTIES_VENDOR);
    at("VkPhysicalDeviceProperties2", "properties.deviceType", VulkanLayout.PROPERTIES_KIND);
    at("VkPhysicalDeviceProperties2", "properties.deviceName", VulkanLayout.PROPERTIES_NAME);
    size("VkPhysicalDeviceIDProperties", VulkanLayout.ID_SIZE);
    at("VkPhysicalDeviceIDProperties", "deviceUUID", VulkanLayout.ID_DEVICE);
    size("VkPhysicalDeviceDriverProperties", VulkanLayout.DRIVER_SIZE);
    at("VkPhysicalDeviceDriverProperties", "driverName", VulkanLayout.DRIVER_NAME);
    at("VkPhysicalDeviceDriverProperties", "driverInfo", VulkanLayout.DRIVER_INFO);
    String bus = "VkPhysicalDevicePCIBusInfoPropertiesEXT";
    size(bus, VulkanLayout.BUS_SIZE);
    at(bus, "pciDomain", VulkanLayout.BUS_DOMAIN);
    at(bus, "pciBus", VulkanLayout.BUS_BUS);
    at(bus, "pciDevice", VulkanLayout.BUS_DEVICE);
    at(bus, "pciFunction", VulkanLayout.BUS_FUNCTION);
    for (String each :
        List.of(
            "VkInstanceCreateInfo",
            "VkPhysicalDeviceProperties2",
            "VkPhysicalDeviceIDProperties",
            "VkPhysicalDeviceDriverProperties",
            bus)) {
      at(each, "sType", 0);
      at(each, "pNext", VulkanLayout.NEXT);
    }

    try (InputStream header =
        Objects.requireNonNull(VulkanLayoutTest.class.getResourceAsStream("vulkan.h"))) {
      Files.write(folder.resolve("vulkan.h"), header.readAllBytes());
    }
    Path file = Files.writeString(folder.resolve("structs.c"), source);
    assertThatCode(() -> Lab.compile(List.of("-std=c11", "-fsyntax-only", file.toString())))
        .doesNotThrowAnyException();
  }

  private void size(String type, long bytes) {
    claim("sizeof(" + type + ") == " + bytes);
  }

  private void at(String type, String field, long offset) {
    claim("offsetof(" + type + ", " + field + ") == " + offset);
  }

  private void claim(String what) {
    source.append("_Static_assert(").append(what).append(", \"").append(what).append("\");\n");
  }
}
