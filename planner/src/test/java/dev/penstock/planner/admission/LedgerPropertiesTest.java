package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.GpuUse;
import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Decision.Admitted;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds whatever comes in whatever order: four GPUs, two of them with a common limit. */
class LedgerPropertiesTest {
  private static final int STEPS = 400;
  private static final String[] GPUS = {"a", "b", "c", "d"};

  private static final Policy POLICY = Policy.STANDARD;

  private final Set<Long> alive = new HashSet<>();
  private final Set<Long> gone = new HashSet<>();
  private final Desk desk = new Desk(POLICY);
  private Instant now = NOW;
  private int jobs;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void noThresholdIsPassed_andNoLeaseIsLostOrReturnedTwice(long seed) {
    Random random = new Random(seed);
    for (int step = 0; step < STEPS; step++) {
      now = now.plusMillis(random.nextInt(3000));
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3, 4 -> request(random);
        case 5, 6 -> confirm(random);
        case 7 -> returned(desk.refundJob("job" + random.nextInt(jobs + 1)));
        case 8 -> returned(desk.refund(random.nextLong(desk.ledger().next() + 1)));
        default -> settle(random);
      }
      withinLimits();
      assertThat(desk.ledger().leases())
          .extracting(Lease::id)
          .containsExactlyInAnyOrderElementsOf(alive);
    }
    assertThat(jobs).as("some were admitted").isPositive();
    assertThat(gone).as("some were returned").isNotEmpty();

    for (int job = 0; job <= jobs; job++) {
      returned(desk.refundJob("job" + job));
    }
    assertThat(alive).isEmpty();
    assertThat(desk.ledger().leases()).isEmpty();
    assertThat(desk.headroom(idle(), now).gauges())
        .allSatisfy(gauge -> assertThat(gauge.used()).isZero());
  }

  private void request(Random random) {
    boolean elastic = random.nextBoolean();
    Request request =
        Node.of(
            "job" + jobs++,
            random.nextBoolean() ? "house" : "news",
            Urgency.values()[random.nextInt(3)],
            random.nextInt(101),
            now.minusSeconds(random.nextInt(4000)),
            Node.demand(
                1 + random.nextInt(4), 1 + random.nextInt(60), random.nextLong(3 * GIB), elastic),
            GPUS);
    Decision decision = desk.decide(read(random), request, now);
    switch (decision) {
      case Admitted(_, List<Lease> leases, _) -> {
        assertThat(leases).isNotEmpty();
        leases.forEach(lease -> assertThat(alive.add(lease.id())).as("a new id").isTrue());
      }
      case Decision.Wait(List<Reason> reasons) -> assertThat(reasons).isNotEmpty();
      case Decision.Rejected(List<Reason> reasons) -> assertThat(reasons).isNotEmpty();
    }
  }

  private void confirm(Random random) {
    List<Long> known = new ArrayList<>(alive);
    known.addAll(gone);
    if (!known.isEmpty()) {
      known.sort(Long::compare);
      long id = known.get(random.nextInt(known.size()));
      assertThat(desk.confirm(id, now, Optional.empty())).isEqualTo(alive.contains(id));
    }
  }

  private void settle(Random random) {
    if (random.nextBoolean()) {
      returned(desk.expire(now));
    } else {
      returned(Node.crash(desk, "news", GPUS[random.nextInt(4)]));
    }
  }

  private void returned(List<Lease> leases) {
    for (Lease lease : leases) {
      assertThat(alive.remove(lease.id())).as("was there").isTrue();
      assertThat(gone.add(lease.id())).as("was not returned before").isTrue();
    }
  }

  /** By leases alone, as nobody else uses anything. */
  private void withinLimits() {
    assertThat(desk.headroom(idle(), now).gauges())
        .filteredOn(gauge -> gauge.used() > gauge.limit())
        .isEmpty();
  }

  private Fleet idle() {
    return fleet(0, 0);
  }

  /** What confirmed leases take shows up in readings, and now and then others do something too. */
  private Fleet read(Random random) {
    return fleet(random.nextInt(4) == 0 ? random.nextInt(60) : 0, random.nextInt(4) == 0 ? 1 : 0);
  }

  private Fleet fleet(int others, int foreign) {
    Node node = new Node();
    for (String key : GPUS) {
      boolean isConsumer = key.compareTo("c") >= 0;
      node.with(
          Node.gpu(key, isConsumer ? 1 : 3, isConsumer ? Reading.of(8, "driver") : Node.uncapped()),
          use(key, others, foreign, isConsumer ? 1 : 3));
    }
    return node.fleet();
  }

  private GpuUse use(String key, int others, int foreign, int engines) {
    List<Lease> own =
        desk.ledger().leases().stream()
            .filter(lease -> lease.gpu().equals(Optional.of(key)) && lease.isIn(now))
            .toList();
    Load sum = own.stream().map(Lease::load).reduce(Load.NONE, Load::plus);
    return Node.use(
        key,
        now,
        Reading.of((int) Math.min(100, others + sum.of(Dimension.ENCODER) / 10 / engines), "nvml"),
        Reading.of(sum.memory(), "nvml"),
        Reading.of((int) sum.sessions() + foreign, "nvml"),
        Reading.of(foreign, "nvml"));
  }
}
