package dev.penstock.hardware.vulkan;

import dev.penstock.hardware.Probe;
import dev.penstock.hardware.foreign.SharedLibrary;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;

/** Asks the drivers of Vulkan what they offer for video. Makes no logical device. */
public final class VulkanProbe implements Probe<VulkanFacts> {
  private static final String NAME = "libvulkan.so.1";

  @Override
  public VulkanFacts ask(String argument) {
    return switch (SharedLibrary.open(NAME)) {
      case Reading.Present<SharedLibrary>(SharedLibrary vulkan, String _) ->
          VulkanInstance.ask(vulkan);
      case Reading.Absent<SharedLibrary>(Why why, String from, String text) ->
          new VulkanFacts(
              Reading.absent(why, from, text),
              Reading.absent(Why.NOT_ASKED, "vkCreateInstance", "there is no " + NAME),
              List.of());
    };
  }
}
