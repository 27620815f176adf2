package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static dev.penstock.planner.admission.Node.demand;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.GpuUse;
import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Decision.Admitted;
import dev.penstock.planner.placement.Packing;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two hundred that would begin at once on four GPUs, two of which share a limit of sessions with
 * each other and with a program that is not ours.
 */
class BurstTest {
  private static final String[] GPUS = {"a", "b", "c", "d"};
  private static final int CAP = 12;
  private static final int FOREIGN = 3;

  private final Set<Long> given = new HashSet<>();
  private final Set<Long> returned = new HashSet<>();
  private final Map<Long, Instant> begun = new HashMap<>();
  private Desk desk = new Desk(Policy.STANDARD);
  private Instant now = NOW;
  private Instant read = NOW;
  private Fleet fleet = fleet();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverTheOrder_noThresholdIsPassed_andNoLeaseIsLost(long seed) {
    Random random = new Random(seed);
    List<Request> waiting = new ArrayList<>(requests(random));
    int most = 0;
    for (int step = 0; step < 200; step++) {
      now = now.plusMillis(random.nextInt(400));
      switch (random.nextInt(8)) {
        case 0, 1 -> begin(waiting, random);
        case 2 -> session(random);
        case 3 -> told(random);
        case 4 -> reading();
        case 5 -> ended(random);
        case 6 -> back(desk.expire(now));
        default -> crash(random);
      }
      most = Math.max(most, desk.ledger().leases().size());
      check();
    }
    assertThat(most).as("the machine was full").isGreaterThan(20);
    assertThat(returned).isNotEmpty();

    Set<String> jobs = new HashSet<>();
    desk.ledger().leases().forEach(lease -> jobs.add(lease.holder().job()));
    jobs.forEach(job -> back(desk.refundJob(job)));
    assertThat(returned).isEqualTo(given);
    assertThat(desk.ledger().leases()).isEmpty();
  }

  /** From a thread each, while another looks at every ledger there is meanwhile. */
  @Test
  void atOnceFromTwoHundredThreads_noThresholdIsPassedInAnyInstant() throws Exception {
    List<Request> all = requests(new Random(4));
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger left = new AtomicInteger(all.size());
    Fleet idle = fleet;
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Set<Ledger>> looked =
          threads.submit(() -> {
            Set<Ledger> seen = Collections.newSetFromMap(new IdentityHashMap<>());
            go.await();
            while (left.get() > 0) {
              seen.add(desk.ledger());
              Thread.yield();
            }
            seen.add(desk.ledger());
            return seen;
          });
      List<Future<Decision>> decisions =
          all.stream()
              .map(request ->
                  threads.submit(() -> {
                    go.await();
                    try {
                      return desk.decide(idle, request, NOW);
                    } finally {
                      left.decrementAndGet();
                    }
                  }))
              .toList();
      go.countDown();
      for (Future<Decision> each : decisions) {
        if (each.get() instanceof Admitted admitted) {
          admitted.leases().forEach(lease -> assertThat(given.add(lease.id())).isTrue());
        }
      }
      looked.get().forEach(BurstTest::checkLimits);
    }
    check();
    assertThat(given).as("the machine is full").hasSizeGreaterThan(20);
  }

  private static List<Request> requests(Random random) {
    return IntStream.range(0, 200)
        .mapToObj(i ->
            Node.of(
                "job" + i,
                random.nextBoolean() ? "house" : "news",
                Urgency.values()[random.nextInt(3)],
                random.nextInt(101),
                NOW,
                demand(
                    1 + random.nextInt(4),
                    2 + random.nextInt(8),
                    GIB / 8 + random.nextLong(GIB / 4),
                    random.nextInt(3) == 0),
                GPUS))
        .toList();
  }

  /** All that wait at once, as after a start, or one of them. */
  private void begin(List<Request> waiting, Random random) {
    if (desk.ledger().leases().isEmpty() || random.nextInt(4) == 0) {
      List<Request> some = desk.ledger().leases().isEmpty() ? waiting : first(waiting, 20);
      desk.decide(fleet, List.copyOf(some), now).stream()
          .filter(answer -> answer.decision() instanceof Admitted)
          .forEach(answer -> given(waiting, answer.request(), (Admitted) answer.decision()));
    } else if (!waiting.isEmpty()) {
      Request one = waiting.get(random.nextInt(waiting.size()));
      if (desk.decide(fleet, one, now) instanceof Admitted admitted) {
        given(waiting, one, admitted);
      }
    }
  }

  private static List<Request> first(List<Request> waiting, int count) {
    return waiting.subList(0, Math.min(count, waiting.size()));
  }

  private void given(List<Request> waiting, Request request, Admitted admitted) {
    waiting.remove(request);
    assertThat(admitted.placement().gpus()).as("a ladder is on one GPU").hasSize(1);
    admitted.leases().forEach(lease -> assertThat(given.add(lease.id())).isTrue());
  }

  /** A session is opened; nobody has read it yet. */
  private void session(Random random) {
    List<Lease> all = desk.ledger().leases();
    for (int i = 0; i < Math.min(20, all.size()); i++) {
      Lease lease = all.get(random.nextInt(all.size()));
      if (lease.gpu().isPresent()) {
        begun.putIfAbsent(lease.id(), now);
      }
    }
  }

  private void told(Random random) {
    List<Lease> all = desk.ledger().leases();
    if (!all.isEmpty()) {
      desk.confirm(all.get(random.nextInt(all.size())).holder().job(), now);
    }
  }

  /** All that is open is read, and whose it is. */
  private void reading() {
    read = now;
    fleet = fleet();
    for (String gpu : GPUS) {
      desk.seen(gpu, open(gpu).stream().map(Lease::what).toList(), now);
    }
  }

  private void ended(Random random) {
    List<Lease> all = desk.ledger().leases();
    if (!all.isEmpty()) {
      String job = all.get(random.nextInt(all.size())).holder().job();
      back(desk.refundJob(job));
      assertThat(desk.refundJob(job)).as("a second time").isEmpty();
      reading();
    }
  }

  private void crash(Random random) {
    if (random.nextInt(6) == 0) {
      back(Node.crash(desk, "news", GPUS[random.nextInt(4)]));
      reading();
    }
  }

  private void back(List<Lease> leases) {
    for (Lease lease : leases) {
      assertThat(given).contains(lease.id());
      assertThat(returned.add(lease.id())).as("given back once").isTrue();
      begun.remove(lease.id());
    }
  }

  /** By what there really is, and by what the desk says, in every instant. */
  private void check() {
    checkLimits(desk.ledger());
    Set<Long> alive = new HashSet<>(given);
    alive.removeAll(returned);
    List<Long> ids = desk.ledger().leases().stream().map(Lease::id).toList();
    assertThat(ids).hasSameSizeAs(alive);
    assertThat(Set.copyOf(ids)).isEqualTo(alive);
  }

  private static void checkLimits(Ledger ledger) {
    for (String gpu : GPUS) {
      Load all = sum(ledger.leases().stream().filter(on(gpu)).toList());
      int engines = engines(gpu);
      assertThat(all.encoders()).isLessThanOrEqualTo(900L * engines);
      assertThat(all.memory()).isLessThanOrEqualTo(16 * GIB * 80 / 100);
    }
    long capped = sum(ledger.leases().stream().filter(on("c").or(on("d"))).toList()).sessions();
    assertThat(capped).isLessThanOrEqualTo(CAP - FOREIGN);
    long cores = ledger.leases().stream().mapToLong(lease -> lease.load().cores()).sum();
    assertThat(cores).isLessThanOrEqualTo(64_000);
  }

  private static Predicate<Lease> on(String gpu) {
    return lease -> lease.gpu().equals(Optional.of(gpu));
  }

  private static Load sum(List<Lease> leases) {
    return leases.stream().map(Lease::load).reduce(Load.NONE, Load::plus);
  }

  private static int engines(String gpu) {
    return gpu.compareTo("c") < 0 ? 3 : 1;
  }

  private List<Lease> open(String gpu) {
    return desk.ledger().leases().stream()
        .filter(on(gpu))
        .filter(lease -> begun.containsKey(lease.id()) && lease.load().sessions() > 0)
        .sorted(Comparator.comparing(lease -> begun.getOrDefault(lease.id(), NOW)))
        .toList();
  }

  private Fleet fleet() {
    Node node = new Node();
    for (String gpu : GPUS) {
      boolean isConsumer = engines(gpu) == 1;
      Load open = sum(open(gpu));
      int foreign = gpu.equals("c") ? FOREIGN : 0;
      GpuUse use =
          Node.use(
              gpu,
              read,
              Reading.of((int) (open.of(Dimension.ENCODER) / 10 / engines(gpu)), "nvml"),
              Reading.of(open.memory(), "nvml"),
              Reading.of((int) open.sessions() + foreign, "nvml"),
              Reading.of(foreign, "nvml"));
      node.with(
          Node.gpu(gpu, engines(gpu), isConsumer ? Reading.of(CAP, "driver") : Node.uncapped()),
          use);
    }
    return node.fleet();
  }

  @Test
  void aBurst_isSpreadByEngines_orPackedToSavePower() {
    List<Request> eight =
        IntStream.range(0, 8)
            .mapToObj(i -> Node.live("job" + i, demand(2, 10, GIB / 4), "a", "b"))
            .toList();
    Fleet two = Node.of("a", "b").fleet();

    desk.decide(two, eight, NOW);
    assertThat(counted()).as("20 % each of one engine").isEqualTo(Map.of("a", 8, "b", 8));

    desk = new Desk(Policy.STANDARD.withPlaces(Packing.POWER, Policy.Tenancy.OPEN));
    desk.decide(two, eight.subList(0, 4), NOW);
    assertThat(counted()).isEqualTo(Map.of("a", 8));
  }

  private Map<String, Integer> counted() {
    Map<String, Integer> counts = new HashMap<>();
    desk.ledger()
        .leases()
        .forEach(lease -> lease.gpu().ifPresent(g -> counts.merge(g, 1, Integer::sum)));
    return counts;
  }

  /** Limits are the operator's. */
  @Test
  void thresholdsThatAreSet_hold() {
    desk = new Desk(Policy.STANDARD.withLimit(Dimension.ENCODER, 50).withReserve(0));
    List<Request> many =
        IntStream.range(0, 20)
            .mapToObj(i -> Node.batch("job" + i, demand(1, 10, GIB / 8), "a"))
            .toList();

    desk.decide(Node.of("a").fleet(), many, NOW);

    assertThat(counted()).isEqualTo(Map.of("a", 5));
  }

  /** Two thousand leases, none of which is enough alone; the best of several looks. */
  @Test
  void whoGivesWay_isFoundInTime() {
    Ledger ledger = full(1000);
    Request urgent = Node.live("urgent", demand(1, 85, GIB / 64), GPUS);
    long best = Long.MAX_VALUE;
    @Nullable Preemption found = null;
    for (int look = 0; look < 30 && best > 20_000_000; look++) {
      // Of this thread: what else the machine does is no matter here.
      long start = THREADS.getCurrentThreadCpuTime();
      found = Preemption.of(ledger, wide(), FINE, urgent, NOW).orElseThrow();
      best = Math.min(best, THREADS.getCurrentThreadCpuTime() - start);
    }

    assertThat(ledger.leases()).hasSize(2000);
    assertThat(best).as("nanoseconds").isLessThanOrEqualTo(20_000_000);
    assertThat(Objects.requireNonNull(found).jobs())
        .as("three thousandths each")
        .hasSizeBetween(200, 250);
  }

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private static final Policy FINE = Policy.STANDARD.withReserve(0);

  private static Fleet wide() {
    Node node = new Node();
    for (String gpu : GPUS) {
      node.with(Node.gpu(gpu, 1, Node.uncapped()), Node.use(gpu));
    }
    Fleet fleet = node.fleet();
    return new Fleet(fleet.gpus(), fleet.uses(), Fleet.Host.of(4096));
  }

  private static Ledger full(int jobs) {
    Ledger ledger = Ledger.EMPTY;
    for (int i = 0; i < jobs; i++) {
      // 250 of them fill 90 % of an engine.
      Load load = new Load(3, 0, 0, 1 << 20, 0, 1, 0);
      Request request = Node.batch("b" + i, demand(1, 1, 1), GPUS);
      ledger =
          ledger
              .reserve(
                  request.holder(FINE.patience(), NOW),
                  List.of(
                      new Ledger.Claim(Optional.of(GPUS[i % 4]), "rendition", load, true),
                      new Ledger.Claim(
                          Optional.empty(), "processor", Load.of(Dimension.CORES, 100), false)),
                  NOW.plusSeconds(60))
              .ledger();
    }
    return ledger;
  }
}
