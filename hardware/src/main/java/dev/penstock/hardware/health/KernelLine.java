package dev.penstock.hardware.health;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel said in one record, without the frame a log puts around it.
 *
 * @param at when; empty when the frame does not say, or says it since an unknown start
 * @param uptime since the machine was started, where the frame says that
 * @param device the PCI address that the kernel itself attached to the record
 * @param caller the thread, such as {@code T123}, or the processor, such as {@code C1}, that said
 *     it, where the kernel was built to tell (CONFIG_PRINTK_CALLER)
 * @param text its lines; only the first may begin a message, since the others may have been begun
 *     by a name with a line end in it
 */
record KernelLine(
    Origin origin,
    Optional<Instant> at,
    Optional<Duration> uptime,
    Optional<String> device,
    Optional<String> caller,
    List<String> text) {
  KernelLine {
    text = List.copyOf(text);
  }
}
