package dev.penstock.node;

import dev.penstock.model.Lease;
import dev.penstock.model.Load.Dimension;
import dev.penstock.node.http.Capacity;
import dev.penstock.node.http.Leases;
import dev.penstock.planner.admission.Desk;
import dev.penstock.planner.admission.Gauge;
import dev.penstock.planner.admission.Headroom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Room on the devices and who has it, as clients see it. Any thread. */
final class RoomViews {
  private final Desk desk;
  private final LocalMachine machine;
  private final InstantSource clock;

  RoomViews(Desk desk, LocalMachine machine, InstantSource clock) {
    this.desk = desk;
    this.machine = machine;
    this.clock = clock;
  }

  Leases leases() {
    return () ->
        desk.ledger().leases().stream()
            .map(lease ->
                new Leases.Lease(
                    Long.toString(lease.id()),
                    lease.gpu().orElse("software"),
                    Optional.of(lease.holder().job()),
                    lease.what(),
                    lease.holder().urgency(),
                    switch (lease.state()) {
                      case Lease.Reserved _ -> Leases.State.RESERVED;
                      case Lease.Claimed _ -> Leases.State.CLAIMED;
                      case Lease.Confirmed _ -> Leases.State.CONFIRMED;
                    },
                    lease.doubt(),
                    lease.holder().since(),
                    lease.state() instanceof Lease.Reserved(Instant until)
                        ? Optional.of(until)
                        : Optional.empty(),
                    demand(lease)))
            .toList();
  }

  private static Map<String, Double> demand(Lease lease) {
    Map<String, Double> demand = new TreeMap<>();
    for (Dimension dimension : Dimension.values()) {
      long amount = lease.load().of(dimension);
      if (amount > 0) {
        demand.put(dimension.label(), (double) amount);
      }
    }
    return demand;
  }

  /** As {@link dev.penstock.model.Load} counts. */
  private static String unit(Dimension dimension) {
    return switch (dimension) {
      case ENCODER, DECODER, SHADERS -> "thousandths of an engine";
      case MEMORY -> "bytes";
      case BUS -> "bytes/s";
      case SESSIONS -> "sessions";
      case CORES -> "thousandths of a core";
    };
  }

  Capacity capacity() {
    return () -> {
      Headroom headroom = desk.headroom(machine.fleet(), clock.instant());
      return headroom.gauges().stream()
          .map(gauge ->
              new Capacity.Room(
                  gauge.gpu().orElse("software"),
                  gauge.dimension().label(),
                  unit(gauge.dimension()),
                  gauge.unread().isPresent()
                      ? Optional.empty()
                      : Optional.of((double) gauge.used()),
                  0,
                  limit(gauge)))
          .toList();
    };
  }

  private static Optional<Double> limit(Gauge gauge) {
    return Optional.of((double) gauge.limit())
        .filter(
            _ -> gauge.dimension() != Dimension.SESSIONS || gauge.limit() < Headroom.ANY_NUMBER);
  }
}
