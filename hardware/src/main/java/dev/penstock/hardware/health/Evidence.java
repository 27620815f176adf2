package dev.penstock.hardware.health;

import dev.penstock.hardware.health.EventStore.Stored;
import dev.penstock.hardware.telemetry.GpuSample;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What devices are judged by.
 *
 * @param events in their order, those of earlier logs too; ones without a time are taken to hold
 *     now
 * @param repairs of devices
 * @param gpus as they are now
 * @param since from when on events are shown; all count
 */
public record Evidence(
    List<Stored> events, List<Repair> repairs, List<GpuSample> gpus, Optional<Instant> since) {
  public Evidence {
    events = List.copyOf(events);
    repairs = List.copyOf(repairs);
    gpus = List.copyOf(gpus);
  }

  /** A log alone. */
  public static Evidence of(List<KernelEvent> events, Optional<Instant> since, Instant now) {
    return new Evidence(
        events.stream().map(event -> Stored.once(event, now)).toList(),
        List.of(),
        List.of(),
        since);
  }

  boolean isShown(Stored event) {
    return event.event().at().isEmpty()
        || since.filter(from -> event.last().isBefore(from)).isEmpty();
  }
}
