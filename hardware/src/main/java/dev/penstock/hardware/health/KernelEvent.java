package dev.penstock.hardware.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Something the kernel said that matters here.
 *
 * @param at when, as far as the log says
 * @param uptime since the start of the machine, as far as the log says
 * @param device its PCI address as in sysfs; empty when the message names none
 * @param uuid of the device, once the log or the caller has told which one has that address
 * @param instance the MIG instance, such as {@code GPU-I:05}
 * @param process whose work it was; its pid is that of the host, not of a container
 * @param detail what the message itself adds: an engine, a ring, versions
 * @param causedBy the Xid that the driver names as the cause
 * @param entry what is known of it, weighed by what the message says
 * @param message the kernel's words, which may hold a process's name: not to be printed as it is
 */
public record KernelEvent(
    Optional<Instant> at,
    Optional<Duration> uptime,
    Optional<String> device,
    Optional<String> uuid,
    Optional<String> instance,
    Optional<Work> process,
    Optional<String> detail,
    OptionalInt causedBy,
    Entry entry,
    String message,
    Origin origin) {

  /** A process, as far as the kernel names it. */
  public record Work(OptionalInt pid, Optional<String> name) {}

  /** What kind it is: {@code xid 79} or a name of {@code kernel.json}. */
  public String code() {
    return entry.id();
  }

  public OptionalInt xid() {
    return entry instanceof Entry.Xid row ? OptionalInt.of(row.xid()) : OptionalInt.empty();
  }

  public Severity severity() {
    return entry.severity();
  }

  public Lost lost() {
    return entry.lost();
  }

  /** Whether it only follows from something else: a channel that was removed. */
  public boolean secondary() {
    return xid().orElse(0) == PREEMPTIVE_REMOVAL;
  }

  /** What was done, where the message says that something was. */
  Optional<Repair.Kind> repairs() {
    return entry instanceof Entry.KernelMessage message
        ? Optional.ofNullable(message.repairs())
        : Optional.empty();
  }

  /** Whether the machine was started or a driver loaded: nothing that somebody asks about. */
  boolean isBeginning() {
    return repairs()
        .filter(kind -> kind == Repair.Kind.REBOOT || kind == Repair.Kind.RELOAD)
        .isPresent();
  }

  /** Whether NVIDIA's driver said it. */
  private boolean isOfNvidia() {
    return xid().isPresent() || code().startsWith("nv.");
  }

  /**
   * Whether this says that another one, from before it, is over. What names no device is about the
   * machine, or all devices of its driver.
   */
  boolean ends(KernelEvent other) {
    return repairs()
        .filter(kind -> kind.ends(other.lost()))
        .filter(kind ->
            device.isPresent()
                ? device.equals(other.device())
                : kind == Repair.Kind.REBOOT || (isOfNvidia() && other.isOfNvidia()))
        .isPresent();
  }

  /** The same at another time. */
  KernelEvent dated(Instant time) {
    return new KernelEvent(
        Optional.of(time),
        uptime,
        device,
        uuid,
        instance,
        process,
        detail,
        causedBy,
        entry,
        message,
        origin);
  }

  static final int PREEMPTIVE_REMOVAL = 45;
}
