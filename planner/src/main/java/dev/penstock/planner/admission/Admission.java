package dev.penstock.planner.admission;

import dev.penstock.model.Demand;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.planner.admission.Fleet.Gpu;
import dev.penstock.planner.admission.Ledger.Claim;
import dev.penstock.planner.placement.BestFit;
import dev.penstock.planner.placement.Offer;
import dev.penstock.planner.placement.Placement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Decides on one request. Nothing that is in use of anything may go beyond its limit; one thing
 * that is full is enough to refuse.
 */
public final class Admission {
  private static final long FULL = 1000;

  /** What the lease is called of what the sessions of a job on a GPU share. */
  static final String SOURCE = "source";

  /** Stands for the processor among keys of GPUs. */
  static final String PROCESSOR = "";

  /**
   * Of a GPU that has too much of these in use already, even work that needs none of it keeps off.
   */
  private static final Set<Dimension> CROWDED =
      Set.of(Dimension.ENCODER, Dimension.DECODER, Dimension.MEMORY, Dimension.BUS);

  private final Headroom headroom;
  private final Policy policy;
  private final Request request;
  private final boolean keepsReserve;

  /** What was decided, and the leases there are then. */
  public record Outcome(Decision decision, Ledger ledger) {}

  private Admission(Headroom headroom, Request request, boolean keepsReserve) {
    this.headroom = headroom;
    this.policy = headroom.policy();
    this.request = request;
    this.keepsReserve = keepsReserve;
  }

  /** Whether a request may begin now; if so, with its leases reserved. */
  public static Outcome decide(
      Ledger ledger, Fleet fleet, Policy policy, Request request, Instant now) {
    return decide(ledger, fleet, policy, request, now, Set.of());
  }

  /**
   * The same.
   *
   * @param kept keys of GPUs that are kept for others that wait
   */
  static Outcome decide(
      Ledger ledger, Fleet fleet, Policy policy, Request request, Instant now, Set<String> kept) {
    return decide(ledger, fleet, idle(fleet, policy, now), request, now, kept);
  }

  /** What there would be without any work. */
  static Headroom idle(Fleet fleet, Policy policy, Instant now) {
    return new Headroom(Ledger.EMPTY, fleet.idle(now), policy, now);
  }

  /**
   * The same.
   *
   * @param idle the machine, and its policy, without any work
   */
  static Outcome decide(
      Ledger ledger, Fleet fleet, Headroom idle, Request request, Instant now, Set<String> kept) {
    return decide(new Headroom(ledger, fleet, idle.policy(), now), idle, request, now, kept);
  }

  /**
   * The same.
   *
   * @param headroom of that moment, with the leases that there are
   */
  static Outcome decide(
      Headroom headroom, Headroom idle, Request request, Instant now, Set<String> kept) {
    Ledger ledger = headroom.ledger();
    Policy policy = idle.policy();
    Admission ever = new Admission(idle, request, /* keepsReserve= */ false);
    if (ever.place(Set.of()).isEmpty()) {
      return new Outcome(new Decision.Rejected(ever.never()), ledger);
    }
    // What does not fit beside the reserve even alone would never begin if it had to leave it.
    boolean keepsReserve =
        !request.isPressing(policy.patience(), now)
            && new Admission(idle, request, /* keepsReserve= */ true).place(Set.of()).isPresent();
    Admission admission = new Admission(headroom, request, keepsReserve);
    return admission
        .place(kept)
        .map(placement -> admission.admit(ledger, placement, now))
        .orElseGet(() -> new Outcome(new Decision.Wait(admission.reasons(kept)), ledger));
  }

  // ---- where

  private Optional<Placement> place(Set<String> kept) {
    List<Offer> offers =
        candidates().stream()
            .filter(gpu -> !kept.contains(gpu.key()) && obstacles(gpu).isEmpty())
            .map(this::offer)
            .toList();
    return isPutOff(kept)
        ? Optional.empty()
        : fit().place(request.demand(), request::demandOn, offers);
  }

  private Offer offer(Gpu gpu) {
    return headroom.offer(gpu, request.tenant(), keepsReserve);
  }

  private BestFit fit() {
    Gauge cores = headroom.cores();
    return new BestFit(
        policy.packing(),
        policy.leastPace() * FULL / 100,
        cores.limit(keepsReserve) - cores.used(),
        cores.limit(keepsReserve),
        headroom.sessionsLeft(keepsReserve));
  }

  private List<Gpu> candidates() {
    return headroom.fleet().gpus().stream()
        .filter(gpu -> request.gpus().contains(gpu.key()))
        .filter(gpu -> policy.tenancy().allows(request.tenant(), gpu.key()))
        .toList();
  }

  // ---- why not

  /** What keeps all work of this kind off a GPU, however little it needs. */
  private List<Reason> obstacles(Gpu gpu) {
    Stream<Reason> closed =
        headroom.fleet().use(gpu.key()).stream()
            .flatMap(use -> use.closed().stream())
            .map(
                why -> Reason.of(Optional.of(gpu.key()), gpu.who() + " takes no new work: " + why));
    Stream<Reason> gauges =
        headroom.gauges(gpu).stream().flatMap(gauge -> obstacle(gauge).stream());
    return Stream.of(closed, hot(gpu).stream(), gauges).flatMap(each -> each).toList();
  }

  private Optional<Reason> hot(Gpu gpu) {
    Reading<Boolean> hot = headroom.hot(gpu);
    Optional<String> why =
        switch (hot) {
          case Present<Boolean>(Boolean isHot, String _) ->
              isHot ? Optional.of("heat holds its clocks back") : Optional.empty();
          case Absent<Boolean>(Reading.Why _, String source, String text) ->
              Fleet.lasts(hot) || policy.unread() == Policy.Unread.LEASES
                  ? Optional.empty()
                  : Optional.of(
                      "nobody knows whether it is too hot (" + source + ": " + text + ")");
        };
    return why.map(
        text -> Reason.of(Optional.of(gpu.key()), gpu.who() + " takes no new work: " + text));
  }

  private Optional<Reason> obstacle(Gauge gauge) {
    boolean isWanted = request.demand().onGpu().of(gauge.dimension()) > 0;
    if (isWanted) {
      return gauge.isBlocked() ? Optional.of(Reason.unread(gauge)) : Optional.empty();
    }
    return CROWDED.contains(gauge.dimension()) && gauge.used() > gauge.limit()
        ? Optional.of(Reason.full(gauge, 0, /* keepsReserve= */ false))
        : Optional.empty();
  }

  private List<Reason> reasons(Set<String> kept) {
    List<Reason> reasons = new ArrayList<>();
    for (Gpu gpu : request.demand().isGpu() ? candidates() : List.<Gpu>of()) {
      reasons.addAll(obstacles(gpu));
      reasons.addAll(shortages(gpu));
      if (kept.contains(gpu.key())) {
        reasons.add(
            Reason.of(
                Optional.of(gpu.key()), gpu.who() + " is kept for a job that has waited for it"));
      }
    }
    if (isPutOff(kept)) {
      reasons.add(
          Reason.of(Optional.empty(), "the processor is kept for a job that has waited for it"));
    }
    coreShortage().ifPresent(reasons::add);
    return reasons.stream().distinct().toList();
  }

  private boolean isPutOff(Set<String> kept) {
    return !request.demand().isGpu() && kept.contains(PROCESSOR);
  }

  private List<Reason> shortages(Gpu gpu) {
    Demand demand = request.demandOn(gpu.key());
    Offer offer = offer(gpu);
    long pace = demand.elastic() ? fit().leastPace(demand, List.of(offer)) : FULL;
    return headroom.gauges(gpu).stream()
        .filter(gauge -> !gauge.isBlocked() && fit().isShort(demand, offer, gauge.dimension()))
        .map(gauge -> Reason.full(gauge, wanted(gpu, gauge.dimension(), pace), keepsReserve))
        .toList();
  }

  /** Up, so that it never looks as if it were just too little. */
  private long wanted(Gpu gpu, Dimension dimension, long pace) {
    long all = request.demandOn(gpu.key()).onGpu().of(dimension);
    long opening = dimension == Dimension.MEMORY ? headroom.opening(gpu, request.tenant()) : 0;
    return dimension.isPace() ? Math.ceilDiv(all * pace, FULL) : all + opening;
  }

  private Optional<Reason> coreShortage() {
    Demand demand = request.demand();
    List<Offer> offers =
        demand.isGpu() ? candidates().stream().map(this::offer).toList() : List.of();
    long pace = demand.elastic() ? fit().leastPace(demand, offers) : FULL;
    return fit().isShortOfCores(demand, offers)
        ? Optional.of(
            Reason.full(headroom.cores(), Math.ceilDiv(demand.cores() * pace, FULL), keepsReserve))
        : Optional.empty();
  }

  /** Why there is no room even without other work. */
  private List<Reason> never() {
    if (request.demand().isGpu() && candidates().isEmpty()) {
      return List.of(Reason.of(Optional.empty(), nowhere()));
    }
    return reasons(Set.of()).stream()
        .map(reason ->
            new Reason(
                reason.gpu(),
                reason.dimension(),
                reason.used(),
                reason.asked(),
                reason.limit(),
                reason.holders(),
                reason.text() + "; so it would be without any other work"))
        .toList();
  }

  private String nowhere() {
    List<String> here =
        request.gpus().stream().filter(key -> headroom.fleet().gpu(key).isPresent()).toList();
    return here.isEmpty()
        ? "none of the GPUs that it was planned for is here: " + String.join(", ", request.gpus())
        : "tenant "
            + request.tenant()
            + " may not use any of the GPUs that it was planned for: "
            + String.join(", ", here);
  }

  // ---- yes

  private Outcome admit(Ledger ledger, Placement placement, Instant now) {
    Ledger.Given given =
        ledger.reserve(
            request.holder(policy.patience(), now), claims(placement), now.plus(policy.reserved()));
    return new Outcome(
        new Decision.Admitted(placement, given.leases(), notes(placement)), given.ledger());
  }

  private List<Claim> claims(Placement placement) {
    Demand demand =
        placement.gpus().size() == 1
            ? request.demandOn(placement.gpus().getFirst())
            : request.demand();
    long pace = placement.pace();
    List<Claim> claims = new ArrayList<>();
    // What the sessions of a GPU share is seen with them; without any, only its worker can tell.
    boolean haveSessions = demand.onGpu().sessions() > 0;
    placement
        .gpu()
        .ifPresent(gpu -> {
          Load source = demand.source().atPace(pace);
          claims.add(new Claim(Optional.of(gpu), SOURCE, source, haveSessions && shows(gpu)));
          for (Demand.Session session : demand.sessions()) {
            Load load = session.load().atPace(pace);
            boolean shows = load.sessions() > 0 && shows(gpu);
            claims.add(new Claim(Optional.of(gpu), session.what(), load, shows));
          }
        });
    claims.add(
        new Claim(
            Optional.empty(),
            "processor",
            Load.of(Dimension.CORES, demand.cores()).atPace(pace),
            /* shows= */ false));
    claims.removeIf(claim -> claim.load().equals(Load.NONE));
    return claims;
  }

  /** Whether readings of a GPU tell its sessions. */
  private boolean shows(String gpu) {
    return headroom
        .fleet()
        .use(gpu)
        .map(use -> use.sessions() instanceof Present<Integer>)
        .orElse(false);
  }

  private List<String> notes(Placement placement) {
    List<String> notes = new ArrayList<>(request.demand().assumed());
    placement.gpu().stream()
        .flatMap(key -> headroom.fleet().gpu(key).stream())
        .flatMap(gpu -> headroom.gauges(gpu).stream())
        .filter(gauge -> request.demand().onGpu().of(gauge.dimension()) > 0)
        .flatMap(gauge -> notes(gauge))
        .forEach(notes::add);
    return notes.stream().distinct().toList();
  }

  private static Stream<String> notes(Gauge gauge) {
    Stream<String> unread =
        gauge.unread().stream()
            .map(absent ->
                gauge.who()
                    + ": how much of its "
                    + gauge.dimension().label()
                    + " others use is not known ("
                    + absent.source()
                    + ": "
                    + absent.text()
                    + "); leases alone are counted, up to "
                    + gauge.words(gauge.limit()));
    return Stream.concat(unread, gauge.assumed().stream());
  }
}
