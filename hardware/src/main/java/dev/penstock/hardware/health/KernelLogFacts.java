package dev.penstock.hardware.health;

import dev.penstock.hardware.PciAddress;
import dev.penstock.model.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel log holds that matters here.
 *
 * @param source where it was read; absent when this user can read it nowhere
 * @param refused what was tried before that, and why not
 * @param events since the machine was started, as far as the log goes back; at most 200: of more,
 *     those are left out that came again, and of these the least severe, the oldest first
 * @param unfinished why the end of the log was not reached; empty when it was
 */
public record KernelLogFacts(
    Reading<String> source,
    List<KernelSource.Refused> refused,
    List<Seen> events,
    Optional<String> unfinished) {
  public KernelLogFacts {
    refused = List.copyOf(refused);
    events = List.copyOf(events);
  }

  /**
   * One event. What it means is not kept: whoever reads this may know more by then.
   *
   * @param code such as {@code xid 79}
   * @param secondary whether it only follows from something else
   * @param message the kernel's words, which may hold a process's name
   */
  public record Seen(
      String code,
      Severity severity,
      boolean secondary,
      Optional<Instant> at,
      Optional<String> device,
      String message) {
    /** Facts of a captured machine may hold anything there; what is no PCI address is left out. */
    public Seen {
      device = device.flatMap(PciAddress::of);
    }

    static Seen of(KernelEvent event) {
      return new Seen(
          event.code(),
          event.severity(),
          event.secondary(),
          event.at(),
          event.device(),
          event.message());
    }

    /** What is known of it now. */
    public Optional<Entry> entry() {
      Catalogue catalogue = Catalogue.standard();
      return code.matches("xid \\d{1,4}")
          ? Optional.of(catalogue.xidOrUnknown(Integer.parseInt(code.substring("xid ".length()))))
          : catalogue.kernelMessages().stream()
              .filter(row -> row.id().equals(code))
              .<Entry>map(row -> row)
              .findFirst();
    }
  }
}
