package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static dev.penstock.planner.admission.Node.PLAIN;
import static dev.penstock.planner.admission.Node.absent;
import static dev.penstock.planner.admission.Node.demand;
import static dev.penstock.planner.admission.Node.live;
import static dev.penstock.planner.admission.Node.use;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Demand;
import dev.penstock.model.GpuUse;
import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Decision.Admitted;
import dev.penstock.planner.admission.Decision.Rejected;
import dev.penstock.planner.admission.Decision.Wait;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Where other schedulers were wrong. */
class TrapsTest {
  /** Index 0 was skipped when capacity came back: here there are keys, the first like any. */
  @ParameterizedTest
  @CsvSource({"a", "b", "c", "d"})
  void whatIsGivenBack_canBeHadAgain_onEveryGpu(String gpu) {
    Desk desk = new Desk(PLAIN);
    Fleet fleet = Node.of("a", "b", "c", "d").fleet();
    Request whole = live("one", demand(1, 90, GIB), gpu);

    assertThat(desk.decide(fleet, whole, NOW)).isInstanceOf(Admitted.class);
    assertThat(desk.decide(fleet, live("two", demand(1, 90, GIB), gpu), NOW))
        .isInstanceOf(Wait.class);
    assertThat(desk.refundJob("one")).hasSize(2);
    assertThat(desk.ledger().leases()).isEmpty();
    assertThat(desk.decide(fleet, live("two", demand(1, 90, GIB), gpu), NOW))
        .isInstanceOf(Admitted.class);
  }

  /** Loads are percent of encoders, decoders and shaders, and of memory. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nothing is used                    |  0 |  0 |   0 |  0 | admitted",
        "the encoder alone is full          | 95 |  0 |   0 |  0 | ENCODER",
        "memory alone is full               |  0 |  0 |   0 | 81 | MEMORY",
        "memory, and nothing else, by a bit |  0 |  0 |   0 | 77 | MEMORY",
        "the decoder alone, which is unused |  0 | 95 |   0 |  0 | DECODER",
        "shaders are no meter of encoders   |  0 |  0 | 100 |  0 | admitted",
        "all is nearly full                 | 80 | 89 |  89 | 70 | admitted",
        "one more would be too much         | 81 |  0 |   0 |  0 | ENCODER",
        "both                               | 95 |  0 |   0 | 90 | ENCODER MEMORY",
      })
  void oneThingThatIsFull_isEnough(
      String name, int encoders, int decoders, int shaders, int memory, String expected) {
    Fleet fleet =
        Node.of("a")
            .reads(Node.busy("a", encoders, decoders, shaders, 16 * GIB * memory / 100))
            .fleet();

    Decision decision = decide(fleet, live("j", demand(1, 10, GIB / 2), "a"));

    assertThat(words(decision)).as(name).isEqualTo(expected);
  }

  /** Live figures alone let every request of a burst pass: nothing had changed them yet. */
  @Test
  void aBurstOfTwoHundred_isGivenNoMoreThanThereIs() throws InterruptedException {
    Desk desk = new Desk(PLAIN);
    Fleet fleet = Node.of("a", "b", "c", "d").fleet();
    ConcurrentLinkedQueue<Decision> decisions = new ConcurrentLinkedQueue<>();
    CountDownLatch start = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
      for (int i = 0; i < 200; i++) {
        Request request = live("job" + i, demand(2, 10, GIB / 2), "a", "b", "c", "d");
        threads.execute(() -> {
          await(start);
          decisions.add(desk.decide(fleet, request, NOW));
        });
      }
      start.countDown();
    }

    // 90 % of four encoders, 20 % for each job.
    assertThat(decisions).hasSize(200);
    assertThat(decisions).filteredOn(Admitted.class::isInstance).hasSize(16);
    assertThat(decisions).filteredOn(Wait.class::isInstance).hasSize(184);
    assertThat(desk.headroom(fleet, NOW).gauges())
        .allSatisfy(gauge -> assertThat(gauge.used()).isLessThanOrEqualTo(gauge.limit()));
    assertThat(desk.ledger().leases()).extracting(Lease::id).doesNotHaveDuplicates();
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** MIG tells no load of encoders. That is neither none nor all. */
  @Test
  void aLoadThatCanNeverBeRead_letsLeasesFillAPart_andIsTold() {
    Desk desk = new Desk(PLAIN);
    Fleet fleet =
        Node.of("a").reads(use("a", absent(Why.UNSUPPORTED), Reading.of(0L, "nvml"), 0, 0)).fleet();

    Decision first = desk.decide(fleet, live("one", demand(1, 30, GIB), "a"), NOW);
    Decision second = desk.decide(fleet, live("two", demand(1, 30, GIB), "a"), NOW);

    assertThat(((Admitted) first).notes())
        .containsExactly(
            "GPU a (Test GPU): how much of its encoders others use is not known (nvmlDeviceGet:"
                + " answered UNSUPPORTED); leases alone are counted, up to 45 %");
    assertThat(second.lines())
        .containsExactly(
            "GPU a (Test GPU): encoders: 30 % in use, 30 % more wanted, limit 45 %, as nobody can"
                + " tell what others take; held by job one (live) 30 %");
  }

  @ParameterizedTest
  @EnumSource(
      value = Why.class,
      names = {"HUNG", "FAILED", "NOT_ASKED"})
  void aLoadThatIsNotReadNow_letsNothingBegin(Why why) {
    Fleet fleet = Node.of("a").reads(use("a", absent(why), Reading.of(0L, "nvml"), 0, 0)).fleet();

    assertThat(decide(fleet, live("j", demand(1, 10, GIB), "a")).lines())
        .containsExactly(
            "GPU a (Test GPU): nobody knows how much of its encoders is in use (nvmlDeviceGet:"
                + " answered "
                + why
                + "); nothing new begins before that is read again");
  }

  /** Where the operator would rather go on than wait. */
  @Test
  void aLoadThatIsNotReadNow_letsLeasesFillAPart_whereThatIsWanted() {
    Desk desk = new Desk(PLAIN.withUnread(Policy.Unread.LEASES));
    Fleet fleet = new Fleet(Node.of("a").fleet().gpus(), List.of(), Fleet.Host.of(8));

    Decision first = desk.decide(fleet, live("one", demand(1, 30, GIB), "a"), NOW);
    Decision second = desk.decide(fleet, live("two", demand(1, 30, GIB), "a"), NOW);

    assertThat(((Admitted) first).notes())
        .contains(
            "GPU a (Test GPU): how much of its encoders others use is not known (telemetry: nobody"
                + " has read it); leases alone are counted, up to 45 %");
    assertThat(second).isInstanceOf(Wait.class);
    assertThat(second.lines().getFirst()).contains("nobody can tell what others take");
  }

  /** What one cannot read of a thing does not change what is read of another. */
  @Test
  void ofAGpuWithoutLoads_memoryThatIsOursIsNotOthersToo() {
    Desk desk = new Desk(PLAIN);
    GpuUse use =
        use("a", NOW, absent(Why.UNSUPPORTED), Reading.of(8 * GIB, "nvml"), ours(1), ours(0));
    Fleet fleet = Node.of("a").reads(use).fleet();
    desk.decide(fleet, live("one", demand(1, 10, 8 * GIB), "a"), NOW);
    desk.confirm(1, NOW, Optional.empty());

    assertThat(desk.decide(fleet, live("two", demand(1, 10, 4 * GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
  }

  private static Reading<Integer> ours(int count) {
    return Reading.of(count, "nvml");
  }

  /** Others who want all of the processor are no reason to wait for ever. */
  @Test
  void whatOthersHaveOfTheProcessor_isCounted_upToAPart() {
    Demand six = new Demand(Load.NONE, List.of(), 6000, false, List.of());
    Demand four = new Demand(Load.NONE, List.of(), 4000, false, List.of());

    assertThat(decide(host(1000), live("j", six))).isInstanceOf(Admitted.class);
    assertThat(decide(host(3000), live("j", six)).lines())
        .containsExactly(
            "processor: processor: 3.0 cores in use, 6.0 cores more wanted, limit 8.0 cores; held"
                + " by processes that are not ours 3.0 cores");
    assertThat(decide(host(8000), live("j", four))).isInstanceOf(Admitted.class);
  }

  private static Fleet host(long others) {
    return new Fleet(List.of(), List.of(), new Fleet.Host(8000, Reading.of(others, "/proc/stat")));
  }

  @Test
  void aReadingThatIsTooOld_isNone() {
    Fleet fleet = Node.of("a").fleet();

    Decision decision =
        Admission.decide(
                Ledger.EMPTY, fleet, PLAIN, live("j", demand(1, 10, GIB), "a"), NOW.plusSeconds(16))
            .decision();

    assertThat(decision).isInstanceOf(Wait.class);
    assertThat(decision.lines().getFirst()).contains("too long ago");
  }

  @Test
  void aGpuThatNobodyReads_isUnknown() {
    Fleet fleet = new Fleet(Node.of("a").fleet().gpus(), List.of(), Fleet.Host.of(8));

    assertThat(decide(fleet, live("j", demand(1, 10, GIB), "a")).lines())
        .anyMatch(line -> line.contains("nobody has read it"));
  }

  /** A ladder of four is four sessions. */
  @Test
  void sessions_areCountedByRendition() {
    Fleet fleet = consumer(8, use("a"));
    Desk desk = new Desk(PLAIN);

    assertThat(desk.decide(fleet, live("one", demand(4, 5, GIB / 8), "a"), NOW))
        .isInstanceOf(Admitted.class);
    assertThat(desk.ledger().leases())
        .extracting(Lease::what)
        .containsExactly("rendition 0", "rendition 1", "rendition 2", "rendition 3", "processor");
    assertThat(desk.decide(fleet, live("two", demand(5, 5, GIB / 8), "a"), NOW).lines())
        .containsExactly(
            "GPU a (Test GPU): encoder sessions: 4 in use, 5 more wanted, limit 8; held by job one"
                + " (live) 4");
    assertThat(desk.decide(fleet, live("two", demand(4, 5, GIB / 8), "a"), NOW))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void aLadderOfMoreSessionsThanTheDriverOpens_isRejected() {
    Decision decision = decide(consumer(3, use("a")), live("j", demand(4, 1, GIB / 8), "a"));

    assertThat(decision).isInstanceOf(Rejected.class);
    assertThat(decision.lines())
        .containsExactly(
            "GPU a (Test GPU): encoder sessions: 0 in use, 4 more wanted, limit 3; so it would be"
                + " without any other work");
  }

  /** Four containers with a card each, and the fourth failed. */
  @Test
  void theLimitOfConsumerCards_isThatOfTheSystem_withProcessesThatAreNotOurs() {
    Reading<Integer> eight = Reading.of(8, "driver");
    Node node = new Node();
    for (String key : List.of("a", "b", "c")) {
      node.with(Node.gpu(key, 1, eight), use(key));
    }
    node.with(Node.gpu("pro", 1, Node.uncapped()), use("pro"));
    node.reads(use("c", Reading.of(5, "nvml"), Reading.of(0L, "nvml"), 3, 3));
    Desk desk = new Desk(PLAIN);

    assertThat(desk.decide(node.fleet(), live("one", demand(4, 5, GIB / 8), "a"), NOW))
        .isInstanceOf(Admitted.class);
    assertThat(desk.decide(node.fleet(), live("two", demand(2, 5, GIB / 8), "b"), NOW).lines())
        .containsExactly(
            "all 3 GPUs with a limit of the driver together: encoder sessions: 7 in use, 2 more"
                + " wanted, limit 8; held by job one (live) 4, processes that are not ours 3");
    assertThat(desk.decide(node.fleet(), live("two", demand(2, 5, GIB / 8), "pro"), NOW))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void aLimitThatIsNotKnown_isTheLowestThereWas() {
    Node node = new Node().with(Node.gpu("a", 1, absent(Why.MISSING)), use("a"));

    assertThat(decide(node.fleet(), live("j", demand(3, 5, GIB / 8), "a")))
        .isInstanceOf(Rejected.class);
    assertThat(((Admitted) decide(node.fleet(), live("j", demand(2, 5, GIB / 8), "a"))).notes())
        .containsExactly(
            "counted on 2 encoder sessions on all consumer cards together, as the limit of this"
                + " driver is not known");
  }

  /** What is reserved, then confirmed, then read, is the same thing each time. */
  @Test
  void whatAReadingShows_isNotCountedTwice() {
    Desk desk = new Desk(PLAIN);
    Fleet idle = Node.of("a").fleet();
    Admitted first = (Admitted) desk.decide(idle, live("one", demand(1, 40, 5 * GIB), "a"), NOW);
    long lease = first.leases().getFirst().id();

    assertThat(used(desk, idle, Dimension.MEMORY)).isEqualTo(5 * GIB);
    desk.confirm(lease, NOW.plusSeconds(2), Optional.empty());
    assertThat(used(desk, idle, Dimension.MEMORY))
        .as("a reading from before it was seen does not include it")
        .isEqualTo(5 * GIB);
    Fleet busy =
        Node.of("a")
            .reads(
                use(
                    "a",
                    NOW.plusSeconds(3),
                    Reading.of(40, "nvml"),
                    Reading.of(6 * GIB, "nvml"),
                    Reading.of(1, "nvml"),
                    Reading.of(0, "nvml")))
            .fleet();
    assertThat(used(desk, busy, Dimension.MEMORY))
        .as("one GiB of what is read is somebody else's")
        .isEqualTo(6 * GIB);
    assertThat(used(desk, busy, Dimension.ENCODER)).isEqualTo(400);
    desk.confirm(lease, NOW.plusSeconds(3), Optional.of(Load.of(Dimension.MEMORY, 6 * GIB)));
    assertThat(used(desk, busy, Dimension.MEMORY)).as("all of it is ours").isEqualTo(6 * GIB);
    desk.refundJob("one");
    assertThat(used(desk, busy, Dimension.MEMORY))
        .as("what is still read is still there")
        .isEqualTo(6 * GIB);
    assertThat(used(desk, idle, Dimension.MEMORY)).isZero();
  }

  @Test
  void aWorkersContext_isCountedOnceForEachTenant() {
    Policy policy = Policy.STANDARD.withReserve(0);
    Desk desk = new Desk(policy);
    Fleet fleet = Node.of("a").fleet();
    desk.decide(fleet, live("one", demand(1, 10, GIB), "a"), NOW);
    desk.decide(fleet, live("two", demand(1, 10, GIB), "a"), NOW);

    assertThat(used(desk, fleet, Dimension.MEMORY)).isEqualTo(2 * GIB + policy.context());
  }

  /** A GPU with three encoders has room for three that fill one. */
  @Test
  void engines_areCounted() {
    Fleet fleet = new Node().with(Node.gpu("a", 3, Node.uncapped()), use("a")).fleet();
    Desk desk = new Desk(PLAIN);

    assertThat(desk.decide(fleet, live("one", demand(1, 90, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
    assertThat(desk.decide(fleet, live("two", demand(1, 90, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
    assertThat(desk.decide(fleet, live("three", demand(1, 90, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
    assertThat(desk.decide(fleet, live("four", demand(1, 1, GIB), "a"), NOW))
        .isInstanceOf(Wait.class);
  }

  @Test
  void hotAndClosedGpus_takeNothing_andSayWhy() {
    assertThat(
            decide(
                    Node.of("a").reads(Node.closed("a", true, Optional.empty())).fleet(),
                    live("j", demand(1, 1, GIB), "a"))
                .lines())
        .containsExactly("GPU a (Test GPU) takes no new work: heat holds its clocks back");
    assertThat(
            decide(
                    Node.of("a")
                        .reads(Node.closed("a", false, Optional.of("it is drained")))
                        .fleet(),
                    live("j", demand(1, 1, GIB), "a"))
                .lines())
        .containsExactly("GPU a (Test GPU) takes no new work: it is drained");
  }

  @Test
  void whatAGpuDoesNotSayOfItself_isAssumed_andTold() {
    Fleet.Gpu silent =
        new Fleet.Gpu(
            "a",
            "Test GPU",
            Optional.empty(),
            absent(Why.UNSUPPORTED),
            absent(Why.UNSUPPORTED),
            absent(Why.DENIED),
            absent(Why.MISSING),
            Node.uncapped());
    GpuUse use =
        Node.use(
            "a",
            NOW,
            Reading.of(0, "drm"),
            Reading.of(0L, "drm"),
            Reading.of(0, "drm"),
            Reading.of(0, "drm"));
    GpuUse untold =
        new GpuUse(
            "a",
            NOW,
            use.encoders(),
            use.decoders(),
            use.shaders(),
            absent(Why.DENIED),
            absent(Why.DENIED),
            use.bus(),
            use.sessions(),
            use.foreignSessions(),
            absent(Why.UNSUPPORTED),
            Optional.empty());
    Fleet fleet = new Node().with(silent, untold).fleet();

    assertThat(((Admitted) decide(fleet, live("j", demand(1, 50, GIB / 2), "a"))).notes())
        .containsExactly(
            "GPU a (Test GPU): encoders: counted on 1 engine, as it does not say how much it has"
                + " (answered UNSUPPORTED)",
            "GPU a (Test GPU): how much of its memory others use is not known (nvmlDeviceGet:"
                + " answered DENIED); leases alone are counted, up to 820 MiB",
            "GPU a (Test GPU): memory: counted on 2048 MiB, as it does not say how much it has"
                + " (answered DENIED)");
    assertThat(decide(fleet, live("j", demand(1, 50, GIB), "a"))).isInstanceOf(Rejected.class);
  }

  @Test
  void aGpuOfWhichNobodyKnowsWhetherItIsHot_takesNothing() {
    GpuUse cool = use("a");
    GpuUse unsure =
        new GpuUse(
            "a",
            NOW,
            cool.encoders(),
            cool.decoders(),
            cool.shaders(),
            cool.memory(),
            cool.total(),
            cool.bus(),
            cool.sessions(),
            cool.foreignSessions(),
            absent(Why.HUNG),
            Optional.empty());

    assertThat(
            decide(Node.of("a").reads(unsure).fleet(), live("j", demand(1, 1, GIB), "a")).lines())
        .containsExactly(
            "GPU a (Test GPU) takes no new work: nobody knows whether it is too hot (nvmlDeviceGet:"
                + " answered HUNG)");
  }

  /** A worker that ends slowly still has its sessions. */
  @Test
  void sessionsOfOurs_withoutALease_areCounted() {
    Fleet fleet = consumer(3, use("a", Reading.of(0, "nvml"), Reading.of(0L, "nvml"), 2, 0));

    assertThat(decide(fleet, live("j", demand(2, 1, GIB / 8), "a")).lines())
        .containsExactly(
            "GPU a (Test GPU): encoder sessions: 2 in use, 2 more wanted, limit 3; held by"
                + " processes that are not ours 2");
  }

  @Test
  void aGpuThatIsNotHere_isNoPlaceToWaitFor() {
    assertThat(decide(Node.of("a").fleet(), live("j", demand(1, 1, GIB), "z")).lines())
        .containsExactly("none of the GPUs that it was planned for is here: z");
  }

  @Test
  void tenants_keepToTheirGpus() {
    Policy pinned =
        PLAIN.withPlaces(
            PLAIN.packing(), new Policy.Tenancy(Map.of("news", Set.of("b")), Set.of("b")));
    Fleet fleet = Node.of("a", "b").fleet();
    Demand small = demand(1, 10, GIB);

    assertThat(gpus(tenant(fleet, pinned, "news", small, "a", "b"))).containsExactly("b");
    assertThat(gpus(tenant(fleet, pinned, "house", small, "a", "b"))).containsExactly("a");
    assertThat(tenant(fleet, pinned, "house", small, "b").lines())
        .containsExactly("tenant house may not use any of the GPUs that it was planned for: b");
  }

  private static Decision tenant(
      Fleet fleet, Policy policy, String tenant, Demand demand, String... gpus) {
    Request request = Node.of("j", tenant, Urgency.LIVE, 50, NOW, demand, gpus);
    return Admission.decide(Ledger.EMPTY, fleet, policy, request, NOW).decision();
  }

  private static List<String> gpus(Decision decision) {
    return ((Admitted) decision).placement().gpus();
  }

  private static Fleet consumer(int cap, GpuUse use) {
    return new Node().with(Node.gpu("a", 1, Reading.of(cap, "driver")), use).fleet();
  }

  private static Decision decide(Fleet fleet, Request request) {
    return Admission.decide(Ledger.EMPTY, fleet, PLAIN, request, NOW).decision();
  }

  private static long used(Desk desk, Fleet fleet, Dimension dimension) {
    return desk.headroom(fleet, NOW.plusSeconds(3)).gauges().stream()
        .filter(gauge -> gauge.dimension() == dimension)
        .mapToLong(Gauge::used)
        .sum();
  }

  private static String words(Decision decision) {
    return switch (decision) {
      case Admitted _ -> "admitted";
      case Wait(List<Reason> reasons) ->
          String.join(
              " ", reasons.stream().map(each -> each.dimension().orElseThrow().name()).toList());
      case Rejected _ -> "rejected";
    };
  }
}
