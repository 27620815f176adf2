package dev.penstock.hardware.health;

import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the kernel log holds that matters here.
 *
 * @param source where it was read; absent when this user can read it nowhere
 * @param refused what was tried before that, and why not
 * @param events since the machine was started, as far as the log goes back; at most the last 200
 */
public record KernelLogFacts(
    Reading<String> source, List<KernelSource.Refused> refused, List<Seen> events) {
  public KernelLogFacts {
    refused = List.copyOf(refused);
    events = List.copyOf(events);
  }

  /**
   * One event.
   *
   * @param code such as {@code xid 79}
   * @param secondary whether it only follows from something else
   * @param message the kernel's words, which may hold a process's name
   * @param remedies the first to try first
   */
  public record Seen(
      String code,
      String title,
      String means,
      Severity severity,
      boolean secondary,
      Optional<Instant> at,
      Optional<String> device,
      String message,
      List<Remedy> remedies) {
    public Seen {
      remedies = List.copyOf(remedies);
    }

    static Seen of(KernelEvent event) {
      return new Seen(
          event.code(),
          event.entry().title(),
          event.entry().means(),
          event.severity(),
          event.secondary(),
          event.at(),
          event.device(),
          event.message(),
          Catalogue.standard().remedies(event.entry(), event.device()));
    }
  }
}
