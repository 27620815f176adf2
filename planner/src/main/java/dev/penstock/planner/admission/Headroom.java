package dev.penstock.planner.admission;

import dev.penstock.model.GpuUse;
import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Fleet.Gpu;
import dev.penstock.planner.placement.Offer;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What is in use and what is left of everything, at one moment. Belongs to one thread. */
public final class Headroom {
  /** More than any driver opens: there is no limit. */
  public static final long ANY_NUMBER = 1_000_000;

  private static final Reading<Long> KNOWN = Reading.of(0L, "leases");

  private final Ledger ledger;
  private final Fleet fleet;
  private final Policy policy;
  private final Instant now;
  private final Map<Optional<String>, List<Lease>> byGpu;
  private final Map<String, List<Gauge>> gauges = new HashMap<>();
  private final IdentityHashMap<List<Lease>, Sums> sums = new IdentityHashMap<>();
  private @Nullable Gauge pool;

  /** Of leases, in one pass: there may be thousands, and all of this is asked often. */
  private static final class Sums {
    private Load charged = Load.NONE;
    private Load urgent = Load.NONE;
    private Load seen = Load.NONE;
    private final Set<String> tenants = new HashSet<>();
    private final Set<String> tenantsSeen = new HashSet<>();

    Sums(List<Lease> leases, Instant reading) {
      for (Lease lease : leases) {
        charged = charged.plus(lease.charge());
        tenants.add(lease.holder().tenant());
        if (lease.holder().urgency() != Urgency.BATCH) {
          urgent = urgent.plus(lease.charge());
        }
        if (lease.isIn(reading)) {
          seen = seen.plus(lease.part());
          tenantsSeen.add(lease.holder().tenant());
        }
      }
    }
  }

  Headroom(Ledger ledger, Fleet fleet, Policy policy, Instant now) {
    this.ledger = ledger;
    this.fleet = fleet;
    this.policy = policy;
    this.now = now;
    this.byGpu = ledger.leases().stream().collect(Collectors.groupingBy(Lease::gpu));
  }

  public Ledger ledger() {
    return ledger;
  }

  public Fleet fleet() {
    return fleet;
  }

  public Policy policy() {
    return policy;
  }

  /** Of everything, in the order of the GPUs; the processor last. */
  public List<Gauge> gauges() {
    return Stream.concat(
            fleet.gpus().stream().flatMap(gpu -> gauges(gpu).stream()), Stream.of(cores()))
        .toList();
  }

  List<Gauge> gauges(Gpu gpu) {
    List<Gauge> known = gauges.get(gpu.key());
    List<Gauge> all = known == null ? measured(gpu) : known;
    gauges.putIfAbsent(gpu.key(), all);
    return all;
  }

  private List<Gauge> measured(Gpu gpu) {
    return Stream.of(Dimension.values())
        .filter(dimension -> !dimension.isHost())
        .map(dimension -> gauge(gpu, dimension))
        .toList();
  }

  Gauge gauge(Gpu gpu, Dimension dimension) {
    return dimension == Dimension.SESSIONS && gpu.isCapped() ? pool() : alone(gpu, dimension);
  }

  // ---- one GPU

  private Gauge alone(Gpu gpu, Dimension dimension) {
    Reading<Long> has = has(gpu, dimension);
    long capacity = has.toOptional().orElse(assumed(dimension));
    List<Lease> leases = on(gpu);
    Reading<Long> others =
        dimension == Dimension.SESSIONS ? KNOWN : others(gpu, dimension, capacity, leases);
    return gauge(
        new Place(Optional.of(gpu.key()), gpu.who(), dimension),
        capacity,
        others,
        leases,
        // A worker has its context once, whatever the number of its sessions.
        dimension == Dimension.MEMORY ? policy.context() * sums(leases, gpu).tenants.size() : 0,
        has instanceof Absent<Long> absent
            ? Optional.of(
                gpu.who()
                    + ": "
                    + dimension.label()
                    + ": counted on "
                    + total(dimension, capacity)
                    + ", as it does not say how much it has ("
                    + absent.text()
                    + ")")
            : Optional.empty());
  }

  private static String total(Dimension dimension, long capacity) {
    return dimension == Dimension.ENCODER || dimension == Dimension.DECODER
        ? capacity / 1000 + " engine"
        : Words.amount(dimension, capacity, capacity);
  }

  private Reading<Long> has(Gpu gpu, Dimension dimension) {
    return switch (dimension) {
      case ENCODER -> gpu.encoders().map(engines -> engines * 1000L);
      case DECODER -> gpu.decoders().map(engines -> engines * 1000L);
      case SHADERS, CORES -> Reading.of(1000L, "whole");
      case MEMORY ->
          fleet
              .use(gpu.key())
              .map(GpuUse::total)
              .filter(total -> total instanceof Present<Long>)
              .orElse(gpu.memory());
      case BUS -> gpu.bus();
      case SESSIONS -> Reading.of(ANY_NUMBER, "driver");
    };
  }

  private long assumed(Dimension dimension) {
    return switch (dimension) {
      case ENCODER, DECODER -> policy.assumed().engines() * 1000L;
      case SHADERS, CORES -> 1000;
      case MEMORY -> policy.assumed().memory();
      case BUS -> policy.assumed().bus();
      case SESSIONS -> policy.assumed().sessions();
    };
  }

  private Reading<Long> others(Gpu gpu, Dimension dimension, long capacity, List<Lease> leases) {
    return reading(gpu, use -> Fleet.measured(use, dimension, capacity))
        .map(measured -> {
          Sums known = sums(leases, gpu);
          long own = known.seen.of(dimension);
          long workers =
              dimension == Dimension.MEMORY ? policy.context() * known.tenantsSeen.size() : 0;
          return Math.max(0, measured - own - workers);
        });
  }

  /** A reading of a GPU; absent for now where nobody has read it, or not for a while. */
  private <T> Reading<T> reading(Gpu gpu, Function<GpuUse, Reading<T>> which) {
    Optional<GpuUse> use = fleet.use(gpu.key());
    if (use.isEmpty()) {
      return Reading.absent(Why.NOT_ASKED, "telemetry", "nobody has read it");
    }
    if (use.get().at().plus(policy.stale()).isBefore(now)) {
      return Reading.absent(
          Why.FAILED, "telemetry", "was last read at " + use.get().at() + ", too long ago");
    }
    return which.apply(use.get());
  }

  private Sums sums(List<Lease> leases, Gpu gpu) {
    return sums(leases, fleet.use(gpu.key()).map(GpuUse::at).orElse(Instant.MIN));
  }

  private Sums sums(List<Lease> leases, Instant reading) {
    return sums.computeIfAbsent(leases, all -> new Sums(all, reading));
  }

  private List<Lease> on(Gpu gpu) {
    return byGpu.getOrDefault(Optional.of(gpu.key()), List.of());
  }

  // ---- what all GPUs with a limit of sessions share

  private Gauge pool() {
    Gauge known = pool;
    Gauge all = known == null ? measuredPool() : known;
    pool = all;
    return all;
  }

  private Gauge measuredPool() {
    List<Gpu> capped = fleet.gpus().stream().filter(Gpu::isCapped).toList();
    Optional<Integer> cap =
        capped.stream().flatMap(gpu -> gpu.cap().toOptional().stream()).min(Integer::compare);
    List<Lease> leases = capped.stream().flatMap(gpu -> on(gpu).stream()).toList();
    return gauge(
        new Place(
            Optional.empty(),
            capped.size() == 1
                ? capped.getFirst().who()
                : "all " + capped.size() + " GPUs with a limit of the driver together",
            Dimension.SESSIONS),
        cap.map(Integer::longValue).orElse(assumed(Dimension.SESSIONS)),
        foreignSessions(capped),
        leases,
        0,
        cap.isPresent()
            ? Optional.empty()
            : Optional.of(
                "counted on "
                    + policy.assumed().sessions()
                    + " encoder sessions on all consumer cards together, as the limit of this"
                    + " driver is not known"));
  }

  private Reading<Long> foreignSessions(List<Gpu> capped) {
    Reading<Long> sum = KNOWN;
    for (Gpu gpu : capped) {
      sum = sum(sum, foreignSessions(gpu));
    }
    return sum;
  }

  /** Ours that have no lease, as their worker lingers, are taken all the same. */
  private Reading<Long> foreignSessions(Gpu gpu) {
    Reading<Long> foreign = reading(gpu, use -> use.foreignSessions().map(Integer::longValue));
    Reading<Long> unleased = others(gpu, Dimension.SESSIONS, ANY_NUMBER, on(gpu));
    return switch (foreign) {
      case Present<Long>(Long told, String source) ->
          Reading.of(Math.max(told, unleased.toOptional().orElse(0L)), source);
      case Absent<Long> _ -> unleased;
    };
  }

  /** Not known where one of both is not; for now, where one of both is for now. */
  private static Reading<Long> sum(Reading<Long> one, Reading<Long> other) {
    return switch (one) {
      case Present<Long>(Long value, String _) -> other.map(more -> value + more);
      case Absent<Long> _ -> other instanceof Absent<Long> && !Fleet.lasts(other) ? other : one;
    };
  }

  // ---- the processor

  Gauge cores() {
    Place place = new Place(Optional.empty(), "processor", Dimension.CORES);
    // Processes share it fairly by themselves: not to know of others is no reason to wait, and
    // others who want all of it are none to wait for ever.
    long most = fleet.host().capacity() * policy.conceded() / 100;
    Reading<Long> others =
        Reading.of(Math.min(most, fleet.host().others().toOptional().orElse(0L)), "host");
    return gauge(
        place,
        fleet.host().capacity(),
        others,
        byGpu.getOrDefault(Optional.<String>empty(), List.of()),
        0,
        Optional.empty());
  }

  // ---- all of them

  private record Place(Optional<String> gpu, String who, Dimension dimension) {}

  private Gauge gauge(
      Place place,
      long capacity,
      Reading<Long> others,
      List<Lease> leases,
      long contexts,
      Optional<String> assumed) {
    Dimension dimension = place.dimension;
    Optional<Absent<?>> unread =
        others instanceof Absent<Long> absent ? Optional.of(absent) : Optional.empty();
    Sums sum = sums(leases, place.gpu.flatMap(fleet::use).map(GpuUse::at).orElse(Instant.MIN));
    long limit = seeing(capacity * policy.limit(dimension) / 100, unread.isPresent());
    return new Gauge(
        dimension,
        place.gpu,
        place.who,
        others.toOptional().orElse(0L),
        contexts + sum.charged.of(dimension),
        sum.urgent.of(dimension),
        capacity,
        limit,
        dimension == Dimension.CORES
            ? 0
            : seeing(capacity, unread.isPresent()) * policy.reserve() / 100,
        unread,
        unread.isPresent() && isRefused(others),
        assumed,
        leases);
  }

  private boolean isRefused(Reading<?> others) {
    return policy.unread() == Policy.Unread.REFUSE && !Fleet.lasts(others);
  }

  /**
   * Where nobody can tell what others take, a part of it; of what there is any of, at least one.
   */
  private long seeing(long amount, boolean isUnread) {
    return isUnread ? Math.max(Math.min(1, amount), amount * policy.blind() / 100) : amount;
  }

  // ---- for placing

  /** What a GPU has for work of a tenant. */
  Offer offer(Gpu gpu, String tenant, boolean keepsReserve) {
    Load free = Load.NONE;
    Load limit = Load.NONE;
    for (Gauge gauge : gauges(gpu)) {
      long most = gauge.limit(keepsReserve);
      long opening = gauge.dimension() == Dimension.MEMORY ? opening(gpu, tenant) : 0;
      free = free.with(gauge.dimension(), most - gauge.used() - opening);
      limit = limit.with(gauge.dimension(), most);
    }
    return new Offer(gpu.key(), free, limit, !on(gpu).isEmpty(), gpu.isCapped());
  }

  /** What a worker takes that is not there yet. */
  long opening(Gpu gpu, String tenant) {
    return sums(on(gpu), gpu).tenants.contains(tenant) ? 0 : policy.context();
  }

  /** How many more the GPUs with a limit may open together. */
  long sessionsLeft(boolean keepsReserve) {
    if (fleet.gpus().stream().noneMatch(Gpu::isCapped)) {
      return ANY_NUMBER;
    }
    Gauge pool = pool();
    return pool.limit(keepsReserve) - pool.used();
  }

  /** Whether heat holds it back. */
  Reading<Boolean> hot(Gpu gpu) {
    return reading(gpu, GpuUse::hot);
  }
}
