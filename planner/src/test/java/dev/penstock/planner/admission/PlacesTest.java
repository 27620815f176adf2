package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static dev.penstock.planner.admission.Node.PLAIN;
import static dev.penstock.planner.admission.Node.demand;
import static dev.penstock.planner.admission.Node.live;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Demand;
import dev.penstock.model.Load;
import dev.penstock.planner.admission.Decision.Admitted;
import dev.penstock.planner.admission.Decision.Wait;
import dev.penstock.planner.placement.Packing;
import dev.penstock.planner.placement.Placement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static Placement placement(Packing packing, Fleet fleet, Demand demand) {
    Policy policy = PLAIN.withPlaces(packing, Policy.Tenancy.OPEN);
    Decision decision =
        Admission.decide(Ledger.EMPTY, fleet, policy, live("j", demand, "b", "a", "z"), NOW)
            .decision();
    return ((Admitted) decision).placement();
  }
}
