package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static dev.penstock.planner.admission.Node.PLAIN;
import static dev.penstock.planner.admission.Node.demand;
import static dev.penstock.planner.admission.Node.live;
import static dev.penstock.planner.admission.Node.use;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Demand;
import dev.penstock.model.Lease;
import dev.penstock.model.Load;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Reading;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Decision.Admitted;
import dev.penstock.planner.admission.Decision.Wait;
import dev.penstock.planner.placement.Packing;
import dev.penstock.planner.placement.Placement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which GPU it is. */
class PlacesTest {
  /** Percent of encoders and shaders, and GiB, that others have of "a" and of "b". */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alike: by the key                  | SPREAD |  0 |  0 | 0 |  0 |  0 | 0 | a",
        "by the encoders                    | SPREAD | 20 |  0 | 0 | 10 |  0 | 0 | b",
        "not by the shaders                 | SPREAD |  0 | 80 | 0 | 10 |  0 | 0 | a",
        "by the encoders, not by the memory | SPREAD | 20 |  0 | 0 | 10 |  0 | 4 | b",
        "the fullest that has room          | POWER  | 20 |  0 | 0 | 10 |  0 | 0 | a",
        "the one that has room              | POWER  | 85 |  0 | 0 | 10 |  0 | 0 | b",
      })
  void oneOfTwo(
      String name,
      Packing packing,
      int encodersA,
      int shadersA,
      int memoryA,
      int encodersB,
      int shadersB,
      int memoryB,
      String expected) {
    Fleet fleet =
        Node.of("b", "a")
            .reads(Node.busy("a", encodersA, 0, shadersA, memoryA * GIB))
            .reads(Node.busy("b", encodersB, 0, shadersB, memoryB * GIB))
            .fleet();

    assertThat(placement(packing, fleet, demand(1, 10, GIB / 4)).gpus())
        .as(name)
        .containsExactly(expected);
  }

  /** Mostly memory: it goes where it leaves the smallest gap, and large gaps stay large. */
  @Test
  void memory_isFittedTightly() {
    Fleet fleet = Node.of("a", "b").reads(Node.busy("b", 0, 0, 0, 8 * GIB)).fleet();

    assertThat(placement(Packing.SPREAD, fleet, demand(1, 1, 4 * GIB)).gpus()).containsExactly("b");
  }

  /** As a part of what each has: half of one engine is more than one of three. */
  @Test
  void encoders_areComparedByEngines() {
    Fleet fleet =
        new Node()
            .with(Node.gpu("a", 1, Node.uncapped()), Node.busy("a", 20, 0, 0, 0))
            .with(Node.gpu("z", 3, Node.uncapped()), Node.busy("z", 30, 0, 0, 0))
            .fleet();

    assertThat(placement(Packing.SPREAD, fleet, demand(1, 30, GIB / 4)).gpus())
        .containsExactly("z");
  }

  /** Seven of eight GPUs stood idle elsewhere. */
  @Test
  void work_isSpread_orPacked() {
    assertThat(spread(Packing.SPREAD)).containsEntry("a", 2).containsEntry("d", 2);
    assertThat(spread(Packing.POWER)).containsOnly(Map.entry("a", 8));
  }

  private static Map<String, Integer> spread(Packing packing) {
    Desk desk = new Desk(PLAIN.withPlaces(packing, Policy.Tenancy.OPEN));
    Fleet fleet = Node.of("a", "b", "c", "d").fleet();
    Map<String, Integer> counts = new LinkedHashMap<>();
    for (int i = 0; i < 8; i++) {
      Request request = live("j" + i, demand(1, 10, GIB / 4), "a", "b", "c", "d");
      Admitted admitted = (Admitted) desk.decide(fleet, request, NOW);
      counts.merge(admitted.placement().gpus().getFirst(), 1, Integer::sum);
    }
    return counts;
  }

  @Test
  void aLadder_isSplitOnlyWhereItMay_andMust() {
    Load source = new Load(0, 100, 0, GIB, 0, 0, 0);
    Demand four = demand(4, 40, GIB / 4);
    Demand ladder = new Demand(source, four.sessions(), 0, false, List.of());
    Fleet fleet = Node.of("a", "b", "c").fleet();

    Decision together = decide(fleet, ladder, /* maySplit= */ false);
    assertThat(together).as("160 %% of any encoder").isInstanceOf(Decision.Rejected.class);

    Admitted split = (Admitted) decide(fleet, ladder, /* maySplit= */ true);
    assertThat(split.placement().tracks())
        .containsExactly(
            Map.entry(0, "a"), Map.entry(1, "a"), Map.entry(2, "b"), Map.entry(3, "b"));
    assertThat(split.leases())
        .filteredOn(lease -> lease.what().equals("source"))
        .extracting(Lease::gpu)
        .as("each decodes")
        .containsExactly(Optional.of("a"), Optional.of("b"));

    Demand small = new Demand(source, demand(4, 20, GIB / 4).sessions(), 0, false, List.of());
    assertThat(((Admitted) decide(fleet, small, /* maySplit= */ true)).placement().isSplit())
        .isFalse();
  }

  /** Over two consumer cards it is still one limit. */
  @Test
  void aSplit_doesNotMultiplySessions() {
    Reading<Integer> three = Reading.of(3, "driver");
    Fleet fleet =
        new Node()
            .with(Node.gpu("a", 1, three), use("a"))
            .with(Node.gpu("b", 1, three), use("b"))
            .fleet();

    assertThat(decide(fleet, demand(4, 30, GIB / 4), /* maySplit= */ true))
        .isInstanceOf(Decision.Rejected.class);
    assertThat(decide(fleet, demand(3, 40, GIB / 4), /* maySplit= */ true))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void softwareWork_waitsForTheProcessor_andNotForGpus() {
    Fleet fleet = new Fleet(List.of(), List.of(), Fleet.Host.of(8));
    Desk desk = new Desk(PLAIN);
    Demand six = new Demand(Load.NONE, List.of(), 6000, false, List.of());

    assertThat(desk.decide(fleet, live("one", six), NOW)).isInstanceOf(Admitted.class);
    Decision second = desk.decide(fleet, live("two", six), NOW);
    assertThat(second).isInstanceOf(Wait.class);
    assertThat(second.lines())
        .containsExactly(
            "processor: processor: 6.0 cores in use, 6.0 cores more wanted, limit 8.0 cores; held"
                + " by job one (live) 6.0 cores");
    Demand ten = new Demand(Load.NONE, List.of(), 10_000, false, List.of());
    assertThat(desk.decide(fleet, live("three", ten), NOW)).isInstanceOf(Decision.Rejected.class);
    Demand elastic = new Demand(Load.NONE, List.of(), 10_000, true, List.of());
    assertThat(((Admitted) desk.decide(fleet, live("four", elastic), NOW)).placement().pace())
        .isEqualTo(200);
  }

  @Test
  void plans_areNarrowedToWhatTheyWereGiven() {
    List<Seat> seats = new ArrayList<>();
    for (String key : List.of("a", "b", "c")) {
      seats.add(new Seat("GPU", key, Optional.empty(), 3, true, Optional.empty()));
    }
    Plan plan =
        new Plan(
                new Plan.Input("in.mp4", Optional.empty(), Optional.empty()),
                "out.mp4",
                List.of(),
                List.of(),
                Optional.empty(),
                /* strict= */ false)
            .on(new Acceleration(Plan.Surfaces.CUDA, true, Optional.of(Api.NVENC), seats));
    Placement placement = new Placement(List.of("b"), new LinkedHashMap<>(), 1000, "");

    Acceleration narrowed = placement.narrowed(plan, 2).acceleration().orElseThrow();

    assertThat(narrowed.seats()).extracting(Seat::key).containsExactly("b");
    assertThat(narrowed.seats()).extracting(Seat::engines).containsExactly(2);
    assertThat(narrowed.ofModel()).isEqualTo(plan.acceleration().orElseThrow().ofModel());
  }

  private static Placement placement(Packing packing, Fleet fleet, Demand demand) {
    Policy policy = PLAIN.withPlaces(packing, Policy.Tenancy.OPEN);
    Decision decision =
        Admission.decide(Ledger.EMPTY, fleet, policy, live("j", demand, "b", "a", "z"), NOW)
            .decision();
    return ((Admitted) decision).placement();
  }

  private static Decision decide(Fleet fleet, Demand demand, boolean maySplit) {
    Request request = Node.of("j", "house", Urgency.LIVE, 50, NOW, demand, maySplit, "a", "b", "c");
    return Admission.decide(Ledger.EMPTY, fleet, PLAIN, request, NOW).decision();
  }
}
