package dev.penstock.planner.admission;

import dev.penstock.model.GpuUse;
import dev.penstock.model.Lease;
import dev.penstock.model.Lease.Holder;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Fleet.Gpu;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Which batch jobs are to give way so that urgent work can begin: as few as will do, and of those
 * the least important and last begun. They give way at the end of their segments, so nothing is
 * lost. The search is bounded: of a great many that could give way, about as few are asked as will
 * do.
 *
 * @param jobs to be asked; none where those that were asked already will do
 * @param leases that will come free by them
 * @param why for people
 */
public record Preemption(Set<String> jobs, List<Lease> leases, String why) {
  /** Pairs are tried of so many jobs; beyond, as many of the cheapest as it takes. */
  private static final int PAIRS_OF = 40;

  /** Jobs that are tried alone, pairs that are, and jobs that are tried to be left out. */
  private static final int TRIED = 16;

  public Preemption {
    jobs = Set.copyOf(jobs);
    leases = List.copyOf(leases);
  }

  /** Empty where nothing that may give way would make room, or where there is room. */
  public static Optional<Preemption> of(
      Ledger ledger, Fleet fleet, Policy policy, Request request, Instant now) {
    if (request.urgency() == Urgency.BATCH) {
      return Optional.empty();
    }
    Search search = new Search(ledger, fleet, policy, request, now);
    return search.waits()
        ? search.fewest().map(jobs -> of(ledger, request, jobs))
        : Optional.empty();
  }

  /** Whether a request waits, and would not if a job were gone. */
  static boolean isInTheWay(
      Ledger ledger, Fleet fleet, Policy policy, Request request, String job, Instant now) {
    Search search = new Search(ledger, fleet, policy, request, now);
    return search.waits() && search.suffices(Set.of(job));
  }

  private static Preemption of(Ledger ledger, Request request, Set<String> jobs) {
    Set<String> all = new HashSet<>(jobs);
    all.addAll(jobs.isEmpty() ? ledger.yielding() : Set.of());
    List<Lease> leases =
        ledger.leases().stream().filter(each -> all.contains(each.holder().job())).toList();
    String who = String.join(", ", new TreeSet<>(all));
    return new Preemption(
        jobs,
        leases,
        "job "
            + request.job()
            + " ("
            + request.urgency().label()
            + ") waits for "
            + who
            + " to give way at the end of a segment");
  }

  private static final class Search {
    private final Ledger ledger;
    private final Fleet fleet;
    private final Policy policy;
    private final Request request;
    private final Instant now;
    private final Map<String, List<Lease>> byJob;
    private final Map<Optional<String>, List<Lease>> byGpu;
    private final Map<String, Long> engines = new HashMap<>();
    private final Map<String, Map<Optional<String>, Load>> freed = new HashMap<>();
    private final Headroom idle;

    Search(Ledger ledger, Fleet fleet, Policy policy, Request request, Instant now) {
      this.ledger = ledger;
      this.fleet = fleet;
      this.policy = policy;
      this.request = request;
      this.now = now;
      this.idle = Admission.idle(fleet, policy, now);
      this.byJob =
          ledger.leases().stream().collect(Collectors.groupingBy(each -> each.holder().job()));
      this.byGpu = ledger.leases().stream().collect(Collectors.groupingBy(Lease::gpu));
    }

    private List<Lease> of(String job) {
      return byJob.getOrDefault(job, List.of());
    }

    Optional<Set<String>> fewest() {
      if (suffices(ledger.yielding())) {
        return Optional.of(Set.of());
      }
      List<String> jobs = cheapestFirst();
      if (!sufficesToo(new HashSet<>(jobs))) {
        return Optional.empty();
      }
      Shortage shortage = shortage();
      return one(jobs, shortage).or(() -> two(jobs, shortage)).or(() -> many(jobs, shortage));
    }

    // ---- what cannot do is not tried

    /** At least so much has to come free: on one of these GPUs, or of the processor. */
    private record Shortage(List<Map.Entry<Optional<String>, Load>> places) {
      boolean mayDo(Map<Optional<String>, Load> freed) {
        return places.isEmpty()
            || places.stream()
                .anyMatch(place ->
                    covers(freed.getOrDefault(place.getKey(), Load.NONE), place.getValue()));
      }

      Shortage on(String gpu) {
        return new Shortage(
            places.stream().filter(each -> each.getKey().equals(Optional.of(gpu))).toList());
      }

      private static boolean covers(Load freed, Load wanted) {
        return freed.max(wanted).equals(freed);
      }
    }

    private Shortage shortage() {
      Headroom headroom =
          new Headroom(ledger.without(ledger.yielding()), without(ledger.yielding()), policy, now);
      List<Map.Entry<Optional<String>, Load>> places = new ArrayList<>();
      if (!request.demand().isGpu()) {
        Load cores =
            lacking(headroom.cores(), Load.NONE.with(Dimension.CORES, request.demand().cores()));
        places.add(Map.entry(Optional.empty(), cores));
      }
      for (Gpu gpu : fleet.gpus()) {
        if (request.demand().isGpu() && request.gpus().contains(gpu.key())) {
          Load load = Load.NONE;
          for (Gauge gauge : headroom.gauges(gpu)) {
            boolean isPool = gauge.dimension() == Dimension.SESSIONS && gpu.isCapped();
            load = isPool ? load : load.max(lacking(gauge, request.demand().onGpu()));
          }
          places.add(Map.entry(Optional.of(gpu.key()), load));
        }
      }
      return new Shortage(places);
    }

    /** What elastic work takes beyond its leases may go with it, and elastic work wants less. */
    private Load lacking(Gauge gauge, Load asked) {
      Dimension dimension = gauge.dimension();
      boolean bends = request.demand().elastic() && dimension.isPace();
      long less = dimension == Dimension.ENCODER ? gauge.others() : 0;
      long wanted = asked.of(dimension) - (gauge.limit() - gauge.used()) - less;
      return Load.of(dimension, bends ? 0 : Math.max(0, wanted));
    }

    private Map<Optional<String>, Load> freed(String job) {
      return freed.computeIfAbsent(
          job,
          _ -> of(job).stream().collect(Collectors.toMap(Lease::gpu, Lease::charge, Load::plus)));
    }

    // ---- trials

    boolean waits() {
      return decision(Set.of()) instanceof Decision.Wait;
    }

    /** Whether there is room once these are gone. */
    private boolean suffices(Set<String> jobs) {
      return decision(jobs) instanceof Decision.Admitted;
    }

    private Decision decision(Set<String> gone) {
      return Admission.decide(ledger.without(gone), without(gone), idle, request, now, Set.of())
          .decision();
    }

    private boolean sufficesToo(Set<String> jobs) {
      Set<String> all = new HashSet<>(ledger.yielding());
      all.addAll(jobs);
      return suffices(all);
    }

    private List<String> cheapestFirst() {
      Map<String, Holder> holders = new TreeMap<>();
      ledger.leases().stream()
          .filter(lease ->
              lease.holder().mayYield() && !ledger.yielding().contains(lease.holder().job()))
          .filter(lease -> lease.gpu().map(this::matters).orElse(true))
          .forEach(lease -> holders.put(lease.holder().job(), lease.holder()));
      return holders.values().stream()
          .sorted(
              Comparator.comparingInt(Holder::priority)
                  .thenComparing(Holder::since, Comparator.reverseOrder())
                  .thenComparing(Holder::job))
          .map(Holder::job)
          .toList();
    }

    /** Whether it could be on this GPU, or shares a limit of sessions with it. */
    private boolean matters(String key) {
      return request.gpus().contains(key)
          || (fleet.gpu(key).map(Gpu::isCapped).orElse(false)
              && request.gpus().stream()
                  .anyMatch(each -> fleet.gpu(each).map(Gpu::isCapped).orElse(false)));
    }

    private Optional<Set<String>> one(List<String> jobs, Shortage shortage) {
      return jobs.stream()
          .filter(job -> shortage.mayDo(freed(job)))
          .limit(TRIED)
          .map(Set::of)
          .filter(this::sufficesToo)
          .findFirst();
    }

    private Optional<Set<String>> two(List<String> jobs, Shortage shortage) {
      List<Set<String>> pairs = new ArrayList<>();
      for (int second = 1; second < Math.min(jobs.size(), PAIRS_OF); second++) {
        for (int first = 0; first < second && pairs.size() < TRIED; first++) {
          String one = jobs.get(first);
          String other = jobs.get(second);
          if (areTogether(one, other) && shortage.mayDo(sum(freed(one), freed(other)))) {
            pairs.add(Set.of(one, other));
          }
        }
      }
      return pairs.stream().filter(this::sufficesToo).findFirst();
    }

    private static Map<Optional<String>, Load> sum(
        Map<Optional<String>, Load> one, Map<Optional<String>, Load> other) {
      Map<Optional<String>, Load> sum = new HashMap<>(one);
      other.forEach((gpu, load) -> sum.merge(gpu, load, Load::plus));
      return sum;
    }

    /** On one GPU, or on several that share a limit of sessions, or of the processor. */
    private boolean areTogether(String first, String second) {
      Set<String> others = shares(second);
      return shares(first).stream().anyMatch(others::contains);
    }

    private Set<String> shares(String job) {
      return of(job).stream()
          .map(lease -> lease.gpu().map(this::share).orElse(Admission.PROCESSOR))
          .filter(share -> !share.equals(Admission.PROCESSOR) || !request.demand().isGpu())
          .collect(Collectors.toSet());
    }

    private String share(String gpu) {
      return fleet.gpu(gpu).map(Gpu::isCapped).orElse(false) ? "capped" : gpu;
    }

    /**
     * On each GPU, or else anywhere, the cheapest until it does; without those it can do without.
     */
    private Optional<Set<String>> many(List<String> jobs, Shortage shortage) {
      return request.gpus().stream()
          .map(
              gpu -> enough(jobs.stream().filter(job -> isOn(job, gpu)).toList(), shortage.on(gpu)))
          .flatMap(Optional::stream)
          .min(Comparator.comparingInt(Set::size))
          .or(() -> enough(jobs, shortage));
    }

    private boolean isOn(String job, String gpu) {
      return of(job).stream().anyMatch(lease -> lease.gpu().equals(Optional.of(gpu)));
    }

    private Optional<Set<String>> enough(List<String> jobs, Shortage shortage) {
      Optional<Set<String>> reckoned = reckoned(jobs, shortage).filter(this::sufficesToo);
      return reckoned.isPresent() || jobs.isEmpty() || !sufficesToo(new HashSet<>(jobs))
          ? reckoned
          : Optional.of(halved(jobs));
    }

    /** As many as come to what is short, without those that are too many by that. */
    private Optional<Set<String>> reckoned(List<String> jobs, Shortage shortage) {
      Map<Optional<String>, Load> sum = new HashMap<>();
      Set<String> chosen = new LinkedHashSet<>();
      for (String job : jobs) {
        if (shortage.mayDo(sum)) {
          break;
        }
        freed(job).forEach((place, load) -> sum.merge(place, load, Load::plus));
        chosen.add(job);
      }
      for (String job : List.copyOf(chosen)) {
        freed(job).forEach((place, load) -> sum.merge(place, load, Load::minus));
        if (shortage.mayDo(sum)) {
          chosen.remove(job);
        } else {
          freed(job).forEach((place, load) -> sum.merge(place, load, Load::plus));
        }
      }
      return Optional.of(chosen).filter(some -> !some.isEmpty());
    }

    /** More never suffice less, so that the number is found by halving. */
    private Set<String> halved(List<String> jobs) {
      int few = 0;
      int many = jobs.size();
      while (many - few > 1) {
        int middle = (few + many) / 2;
        if (sufficesToo(new HashSet<>(jobs.subList(0, middle)))) {
          many = middle;
        } else {
          few = middle;
        }
      }
      return pruned(new LinkedHashSet<>(jobs.subList(0, many)));
    }

    private Set<String> pruned(Set<String> chosen) {
      Set<String> left = new LinkedHashSet<>(chosen);
      for (String job : chosen.stream().limit(TRIED).toList()) {
        Set<String> fewer = new LinkedHashSet<>(left);
        fewer.remove(job);
        if (sufficesToo(fewer)) {
          left = fewer;
        }
      }
      return left;
    }

    // ---- what readings would be

    private Fleet without(Set<String> jobs) {
      return new Fleet(
          fleet.gpus(),
          fleet.uses().stream().map(use -> without(use, jobs)).toList(),
          fleet.host());
    }

    private GpuUse without(GpuUse use, Set<String> jobs) {
      List<Lease> seen =
          byGpu.getOrDefault(Optional.of(use.gpu()), List.of()).stream()
              .filter(lease -> lease.isIn(use.at()))
              .toList();
      List<Lease> gone =
          seen.stream().filter(lease -> jobs.contains(lease.holder().job())).toList();
      if (gone.isEmpty()) {
        return use;
      }
      return new GpuUse(
          use.gpu(),
          use.at(),
          encoders(use, seen, gone),
          percent(use, use.decoders(), Dimension.DECODER, gone),
          percent(use, use.shaders(), Dimension.SHADERS, gone),
          use.memory().map(bytes -> Math.max(0, bytes - part(gone, Dimension.MEMORY))),
          use.total(),
          use.bus().map(bytes -> Math.max(0, bytes - part(gone, Dimension.BUS))),
          use.sessions().map(count -> Math.max(0, count - (int) part(gone, Dimension.SESSIONS))),
          use.foreignSessions(),
          use.hot(),
          use.closed());
    }

    /**
     * Where nobody else encodes, what is read beyond the leases is what elastic work takes beyond
     * its own.
     */
    private Reading<Integer> encoders(GpuUse use, List<Lease> seen, List<Lease> gone) {
      Reading<Integer> less = percent(use, use.encoders(), Dimension.ENCODER, gone);
      long engines = engines(use, Dimension.ENCODER);
      long leased = part(seen, Dimension.ENCODER);
      long elastic = part(elastic(seen), Dimension.ENCODER);
      boolean isOurs =
          use.foreignSessions() instanceof Present<Integer>(Integer others, String _)
              && others == 0;
      if (!isOurs || elastic == 0) {
        return less;
      }
      long goneElastic = part(elastic(gone), Dimension.ENCODER);
      long excess =
          use.encoders()
              .toOptional()
              .map(busy -> Math.max(0, busy * engines / 100 - leased))
              .orElse(0L);
      long taken = Math.ceilDiv(100 * excess * goneElastic / elastic, Math.max(1, engines));
      return less.map(busy -> (int) Math.max(0, busy - taken));
    }

    private static List<Lease> elastic(List<Lease> leases) {
      return leases.stream().filter(lease -> lease.holder().elastic()).toList();
    }

    private Reading<Integer> percent(
        GpuUse use, Reading<Integer> reading, Dimension dimension, List<Lease> gone) {
      long whole = Math.max(1, engines(use, dimension));
      long less = 100 * part(gone, dimension) / whole;
      return reading.map(busy -> (int) Math.max(0, busy - less));
    }

    private long engines(GpuUse use, Dimension dimension) {
      return engines.computeIfAbsent(
          use.gpu() + " " + dimension,
          _ ->
              fleet
                  .gpu(use.gpu())
                  .map(gpu ->
                      new Headroom(Ledger.EMPTY, fleet, policy, now)
                          .gauge(gpu, dimension)
                          .capacity())
                  .orElse(1L));
    }

    private static long part(List<Lease> leases, Dimension dimension) {
      return leases.stream().collect(Collectors.summingLong(each -> each.part().of(dimension)));
    }
  }
}
