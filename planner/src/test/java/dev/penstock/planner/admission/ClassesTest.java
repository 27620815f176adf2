package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static dev.penstock.planner.admission.Node.PLAIN;
import static dev.penstock.planner.admission.Node.batch;
import static dev.penstock.planner.admission.Node.demand;
import static dev.penstock.planner.admission.Node.live;
import static dev.penstock.planner.admission.Node.use;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Demand;
import dev.penstock.model.Load;
import dev.penstock.model.Reading;
import dev.penstock.model.Urgency;
import dev.penstock.planner.admission.Decision.Admitted;
import dev.penstock.planner.admission.Decision.Wait;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What live, interactive and batch work are to each other. */
class ClassesTest {
  private static final Policy RESERVING = PLAIN.withReserve(20);
  private static final Fleet ONE = Node.of("a").fleet();

  @Test
  void batchWork_leavesTheReserve_toOthers() {
    Desk desk = new Desk(RESERVING);
    desk.decide(ONE, batch("b1", demand(1, 70, GIB), "a"), NOW);

    assertThat(desk.decide(ONE, batch("b2", demand(1, 10, GIB), "a"), NOW).lines())
        .containsExactly(
            "GPU a (Test GPU): encoders: 70 % in use, 10 % more wanted, limit 70 % for batch work,"
                + " which leaves 20 % to others; held by job b1 (batch) 70 %");
    assertThat(desk.decide(ONE, live("l", demand(1, 20, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void aReserveThatIsInUse_isNotKeptAgain() {
    Desk desk = new Desk(RESERVING);
    desk.decide(ONE, live("l", demand(1, 20, GIB), "a"), NOW);

    assertThat(desk.decide(ONE, batch("b", demand(1, 70, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void batchWorkThatNeedsTheReserve_hasItWhenItIsAlone() {
    assertThat(new Desk(RESERVING).decide(ONE, batch("b", demand(1, 80, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void elasticWork_fillsTheRest_butDoesNotBeginWithCrumbs() {
    Desk desk = new Desk(RESERVING);
    Demand all = demand(1, 100, GIB, /* elastic= */ true);
    desk.decide(ONE, live("l", demand(1, 50, GIB), "a"), NOW);

    Admitted admitted = (Admitted) desk.decide(ONE, batch("b1", all, "a"), NOW);
    assertThat(admitted.placement().pace()).isEqualTo(400);
    assertThat(admitted.leases().getFirst().load().encoders()).isEqualTo(400);
    assertThat(desk.decide(ONE, batch("b2", all, "a"), NOW)).isInstanceOf(Wait.class);
    desk.refundJob("b1");
    desk.decide(ONE, live("l2", demand(1, 25, GIB), "a"), NOW);
    assertThat(desk.decide(ONE, batch("b2", all, "a"), NOW))
        .as("15 %% of the encoder are under a quarter of what it has on an idle GPU")
        .isInstanceOf(Wait.class);
  }

  @Test
  void batchWorkThatWaitedForLong_mayHaveTheReserve_andDoesNotYield() {
    Desk desk = new Desk(RESERVING);
    desk.decide(ONE, batch("b1", demand(1, 60, GIB), "a"), NOW);
    Request old = Node.of("old", "house", Urgency.BATCH, 50, ago(31), demand(1, 25, GIB), "a");

    Admitted admitted = (Admitted) desk.decide(ONE, old, NOW);
    assertThat(admitted.leases().getFirst().holder().mayYield()).isFalse();
    assertThat(desk.makeRoom(ONE, live("l", demand(1, 20, GIB), "a"), NOW).orElseThrow().jobs())
        .containsExactly("b1");
  }

  @Test
  void whoGoesFirst() {
    Demand small = demand(1, 1, GIB);
    List<Request> waiting =
        List.of(
            Node.of("late", "t", Urgency.BATCH, 50, ago(1), small, "a"),
            Node.of("early", "t", Urgency.BATCH, 50, ago(2), small, "a"),
            Node.of("important", "t", Urgency.BATCH, 90, ago(1), small, "a"),
            Node.of("old", "t", Urgency.BATCH, 0, ago(40), small, "a"),
            Node.of("asked", "t", Urgency.INTERACTIVE, 50, ago(1), small, "a"),
            Node.of("live", "t", Urgency.LIVE, 0, ago(0), small, "a"));

    assertThat(Round.of(Ledger.EMPTY, ONE, PLAIN, waiting, NOW).answers())
        .extracting(answer -> answer.request().job())
        .containsExactly("live", "asked", "old", "important", "early", "late");
  }

  /** Small batch jobs would take each gap as it comes, and the large one never begin. */
  @Test
  void whatPressesAndWaits_isNotOvertakenByBatchWork() {
    Desk desk = new Desk(PLAIN);
    desk.decide(ONE, batch("running", demand(1, 40, GIB), "a"), NOW);
    Request large = Node.of("large", "t", Urgency.BATCH, 0, ago(40), demand(1, 80, GIB), "a");
    Request small = batch("small", demand(1, 10, GIB), "a");

    List<Round.Answer> answers = desk.decide(ONE, List.of(small, large), NOW);

    assertThat(answers).extracting(Round.Answer::decision).hasOnlyElementsOfType(Wait.class);
    assertThat(answers.getLast().decision().lines())
        .containsExactly("GPU a (Test GPU) is kept for a job that has waited for it");
    assertThat(desk.decide(ONE, live("l", demand(1, 10, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);
  }

  @Test
  void theProcessor_isKeptAsWell() {
    Desk desk = new Desk(PLAIN);
    Fleet fleet = new Fleet(List.of(), List.of(), Fleet.Host.of(8));
    desk.decide(fleet, batch("running", software(6)), NOW);
    Request large = Node.of("large", "t", Urgency.BATCH, 0, ago(40), software(8));

    assertThat(
            desk.decide(fleet, List.of(batch("small", software(1)), large), NOW)
                .getLast()
                .decision()
                .lines())
        .containsExactly("the processor is kept for a job that has waited for it");
  }

  private static Demand software(int cores) {
    return new Demand(Load.NONE, List.of(), 1000L * cores, false, List.of());
  }

  // ---- giving way

  @Test
  void theFewestGiveWay_andOfThoseTheLeastImportant() {
    Desk desk = new Desk(PLAIN);
    Fleet fleet = ONE;
    admit(desk, fleet, Node.of("big", "t", Urgency.BATCH, 90, NOW, demand(1, 40, GIB), "a"));
    admit(desk, fleet, Node.of("small", "t", Urgency.BATCH, 0, NOW, demand(1, 20, GIB), "a"));
    admit(desk, fleet, Node.of("tiny", "t", Urgency.BATCH, 0, NOW, demand(1, 20, GIB), "a"));

    assertThat(room(desk, fleet, 10)).as("there is room").isEmpty();
    assertThat(room(desk, fleet, 30).orElseThrow().jobs()).containsExactly("small");
    assertThat(room(desk, fleet, 45).orElseThrow().jobs()).containsExactly("big");
    assertThat(room(desk, fleet, 70).orElseThrow().jobs())
        .containsExactlyInAnyOrder("small", "big");
    assertThat(room(desk, fleet, 90).orElseThrow().jobs()).hasSize(3);
    assertThat(room(desk, fleet, 91)).as("would not fit anyway").isEmpty();
  }

  /** One piece, or the last segment, has no end to wait for. */
  @Test
  void thoseThatDoNotGiveWay_areNotWaitedForForEver() {
    Desk desk = new Desk(PLAIN);
    Fleet fleet = new Fleet(List.of(), List.of(), Fleet.Host.of(8));
    admit(desk, fleet, batch("b1", software(4)));
    admit(desk, fleet, batch("b2", software(4)));
    Request urgent = live("l", software(2));

    assertThat(desk.makeRoom(fleet, urgent, NOW).orElseThrow().jobs()).containsExactly("b1");
    Instant later = NOW.plus(Desk.YIELDS_WITHIN);
    assertThat(desk.makeRoom(fleet, urgent, later.minusSeconds(1)).orElseThrow().jobs()).isEmpty();
    assertThat(desk.makeRoom(fleet, urgent, later).orElseThrow().jobs()).containsExactly("b2");
    assertThat(desk.ledger().yielding()).containsExactly("b2");
  }

  @Test
  void whatIsDoneInOnePiece_isNotAsked() {
    Desk desk = new Desk(PLAIN);
    Demand most = demand(1, 80, GIB);
    admit(
        desk,
        ONE,
        new Request(
            "b",
            "house",
            Urgency.BATCH,
            50,
            NOW,
            Optional.empty(),
            most,
            List.of("a"),
            0,
            /* inSegments= */ false));

    assertThat(desk.makeRoom(ONE, live("l", demand(1, 20, GIB), "a"), NOW)).isEmpty();
  }

  @Test
  void thoseThatWereAsked_areNotJoinedByOthers() {
    Desk desk = new Desk(PLAIN);
    admit(desk, ONE, batch("b1", demand(1, 45, GIB), "a"));
    admit(desk, ONE, batch("b2", demand(1, 45, GIB), "a"));
    Request urgent = live("l", demand(1, 20, GIB), "a");

    assertThat(desk.makeRoom(ONE, urgent, NOW).orElseThrow().jobs()).containsExactly("b1");
    Preemption again = desk.makeRoom(ONE, urgent, NOW).orElseThrow();
    assertThat(again.jobs()).isEmpty();
    assertThat(again.why())
        .isEqualTo("job l (live) waits for b1 to give way at the end of a segment");
    desk.refundJob("b1");
    assertThat(desk.ledger().yielding()).isEmpty();
    assertThat(desk.decide(ONE, urgent, NOW)).isInstanceOf(Admitted.class);
  }

  @Test
  void liveWork_neverGivesWay_andBatchWorkAsksNobody() {
    Desk desk = new Desk(PLAIN);
    admit(desk, ONE, live("l1", demand(1, 80, GIB), "a"));

    assertThat(desk.makeRoom(ONE, live("l2", demand(1, 20, GIB), "a"), NOW)).isEmpty();
    assertThat(desk.makeRoom(ONE, batch("b", demand(1, 20, GIB), "a"), NOW)).isEmpty();
  }

  /** What batch work takes beyond its lease, because nobody else wanted it, goes with it. */
  @Test
  void anEncoderThatBatchWorkKeepsFull_isFreedByIt() {
    Desk desk = new Desk(RESERVING);
    Admitted admitted = admit(desk, ONE, batch("b", demand(1, 100, GIB, /* elastic= */ true), "a"));
    admitted.leases().forEach(lease -> desk.confirm(lease.id(), NOW, Optional.empty()));
    Fleet full =
        Node.of("a")
            .reads(use("a", Reading.of(100, "nvml"), Reading.of(GIB, "nvml"), 1, 0))
            .fleet();
    Request urgent = live("l", demand(1, 15, GIB), "a");

    assertThat(desk.decide(full, urgent, NOW)).isInstanceOf(Wait.class);
    assertThat(desk.makeRoom(full, urgent, NOW).orElseThrow().jobs()).containsExactly("b");
    Fleet others =
        Node.of("a")
            .reads(use("a", Reading.of(100, "nvml"), Reading.of(GIB, "nvml"), 2, 1))
            .fleet();
    assertThat(new Desk(RESERVING).makeRoom(others, urgent, NOW))
        .as("nobody of ours is there")
        .isEmpty();
  }

  @Test
  void manyThatGiveWay_areNoMoreThanNeeded() {
    Desk desk = new Desk(PLAIN);
    for (int i = 0; i < 9; i++) {
      admit(desk, ONE, batch("b" + i, demand(1, 10, GIB), "a"));
    }

    assertThat(room(desk, ONE, 50).orElseThrow().jobs()).hasSize(5);
  }

  private static Optional<Preemption> room(Desk desk, Fleet fleet, int percent) {
    return Preemption.of(
        desk.ledger(), fleet, desk.policy(), live("l", demand(1, percent, GIB), "a"), NOW);
  }

  private static Admitted admit(Desk desk, Fleet fleet, Request request) {
    return (Admitted) desk.decide(fleet, request, NOW);
  }

  private static Instant ago(int minutes) {
    return NOW.minusSeconds(60L * minutes);
  }
}
