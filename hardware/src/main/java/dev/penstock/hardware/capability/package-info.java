/**
 * What the GPUs of a machine can do: {@link dev.penstock.hardware.capability.DeviceMap} puts
 * together what each driver answered about the same device, by its PCI address and its UUID.
 */
@NullMarked
package dev.penstock.hardware.capability;

import org.jspecify.annotations.NullMarked;
