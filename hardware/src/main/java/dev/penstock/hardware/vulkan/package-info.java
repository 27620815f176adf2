/**
 * Vulkan: which devices there are and what their drivers offer for video. Constants and layouts are
 * those of vulkan_core.h 1.3 and 1.4.
 */
@NullMarked
package dev.penstock.hardware.vulkan;

import org.jspecify.annotations.NullMarked;
