package dev.penstock.planner.admission;

import static dev.penstock.planner.admission.Node.GIB;
import static dev.penstock.planner.admission.Node.NOW;
import static dev.penstock.planner.admission.Node.PLAIN;
import static dev.penstock.planner.admission.Node.demand;
import static dev.penstock.planner.admission.Node.live;
import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Lease;
import dev.penstock.model.Lease.Confirmed;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import dev.penstock.planner.admission.Decision.Admitted;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What becomes of a lease. */
class LedgerTest {
  private static final Fleet FLEET = Node.of("a", "b").fleet();

  private final Desk desk = new Desk(PLAIN);

  @Test
  void whatNobodySees_isGivenBackInTime_andWhatWasSeenIsKept() {
    List<Lease> leases = admitted(live("j", demand(2, 10, GIB), "a"));
    desk.confirm(leases.getFirst().id(), NOW.plusSeconds(1), Optional.empty());

    assertThat(desk.expire(NOW.plusSeconds(59))).isEmpty();
    assertThat(desk.expire(NOW.plusSeconds(60))).containsExactly(leases.get(1), leases.get(2));
    assertThat(desk.expire(NOW.plusSeconds(86_400))).isEmpty();
    assertThat(desk.ledger().leases())
        .extracting(Lease::id)
        .containsExactly(leases.getFirst().id());
  }

  @Test
  void aSessionThatComesTooLate_hasToEnd() {
    long id = admitted(live("j", demand(1, 10, GIB), "a")).getFirst().id();
    desk.expire(NOW.plusSeconds(61));

    assertThat(desk.confirm(id, NOW.plusSeconds(62), Optional.empty())).isFalse();
    assertThat(desk.confirm("j", NOW.plusSeconds(62))).isFalse();
    assertThat(desk.ledger().leases()).isEmpty();
  }

  @Test
  void aSecondRefund_findsNothing() {
    long id = admitted(live("j", demand(1, 10, GIB), "a")).getFirst().id();

    assertThat(desk.refund(id)).hasSize(1);
    assertThat(desk.refund(id)).isEmpty();
    assertThat(desk.refundJob("j")).as("the processor's").hasSize(1);
    assertThat(desk.refundJob("j")).isEmpty();
  }

  @Test
  void idsAreNotUsedAgain() {
    long first = admitted(live("j", demand(1, 10, GIB), "a")).getLast().id();
    desk.refundJob("j");

    assertThat(admitted(live("j", demand(1, 10, GIB), "a")).getFirst().id()).isEqualTo(first + 1);
  }

  /** A worker may take long to begin. */
  @Test
  void whatAWorkerHas_doesNotExpire() {
    admitted(live("one", demand(1, 10, GIB), "a"));
    admitted(live("two", demand(1, 10, GIB), "a"));

    assertThat(desk.expire(NOW.plusSeconds(60), Set.of("one")))
        .extracting(lease -> lease.holder().job())
        .containsOnly("two");
    assertThat(desk.ledger().of("one")).isNotEmpty();
  }

  @Test
  void whatIsSeenOfIt_isCountedAtItsMost_andNeverBelowWhatWasSetAside() {
    long id = admitted(live("j", demand(1, 10, GIB), "a")).getFirst().id();
    desk.confirm(id, NOW, Optional.of(Load.of(Dimension.MEMORY, 2 * GIB)));
    desk.confirm(id, NOW.plusSeconds(1), Optional.of(Load.of(Dimension.ENCODER, 50)));
    desk.confirm(id, NOW.plusSeconds(2), Optional.empty());

    Lease lease = desk.ledger().lease(id).orElseThrow();
    assertThat(lease.charge().memory()).isEqualTo(2 * GIB);
    assertThat(lease.charge().encoders()).isEqualTo(100);
    assertThat(((Confirmed) lease.state()).since()).isEqualTo(NOW);
  }

  @Test
  void aWorkersWord_confirmsAllOfAJob_whereReadingsDoNotShowIt() {
    Fleet blind =
        Node.of("a")
            .reads(
                Node.use(
                    "a",
                    NOW,
                    Reading.of(0, "nvml"),
                    Reading.of(0L, "nvml"),
                    Node.absent(Why.UNSUPPORTED),
                    Node.absent(Why.UNSUPPORTED)))
            .fleet();
    assertThat(desk.decide(blind, live("j", demand(2, 10, GIB), "a"), NOW))
        .isInstanceOf(Admitted.class);

    assertThat(desk.confirm("j", NOW.plusSeconds(1))).isTrue();
    assertThat(desk.ledger().leases())
        .extracting(Lease::state)
        .hasOnlyElementsOfType(Confirmed.class);
    assertThat(desk.ledger().leases()).allMatch(lease -> lease.doubt().isEmpty());
  }

  @Test
  void whoIsNotThere_isNotAskedToYield() {
    admitted(live("j", demand(1, 10, GIB), "a"));

    assertThat(desk.ledger().ask(Set.of("j", "gone")).yielding()).containsExactly("j");
  }

  private List<Lease> admitted(Request request) {
    return ((Admitted) desk.decide(FLEET, request, NOW)).leases();
  }

  // ---- readings

  @Test
  void aWorkersWord_isNotEnough_whereReadingsShowSessions() {
    admitted(live("j", demand(2, 10, GIB), "a"));

    assertThat(desk.confirm("j", NOW.plusSeconds(1))).isTrue();
    assertThat(desk.expire(NOW.plusSeconds(3600))).as("its worker has it").isEmpty();
    assertThat(states()).containsExactly("Claimed", "Claimed", "Confirmed");
    assertThat(desk.ledger().leases().getFirst().doubt())
        .hasValue(
            "its worker says since 2026-03-01T12:00:01Z that it runs, and readings of the GPU show"
                + " no such session");
    assertThat(desk.ledger().leases().getFirst().isIn(NOW.plusSeconds(5)))
        .as("counted beside what is read")
        .isFalse();
  }

  @Test
  void aSessionThatIsRead_confirmsTheLeaseOfItsSize() {
    admitted(live("j", demand(2, 10, GIB), "a"));

    desk.seen("a", List.of("rendition 1"), NOW.plusSeconds(2));
    assertThat(states()).containsExactly("Reserved", "Confirmed", "Reserved");
    desk.seen("a", List.of("rendition 1"), NOW.plusSeconds(3));
    assertThat(states()).as("the same").containsExactly("Reserved", "Confirmed", "Reserved");
    desk.seen("b", List.of("rendition 0"), NOW.plusSeconds(3));
    assertThat(states()).as("elsewhere").containsExactly("Reserved", "Confirmed", "Reserved");
    desk.seen("a", List.of("rendition 1", "1922x1088 H.264"), NOW.plusSeconds(4));
    assertThat(states()).as("another name").containsExactly("Confirmed", "Confirmed", "Reserved");
    assertThat(((Confirmed) desk.ledger().leases().getFirst().state()).since())
        .isEqualTo(NOW.plusSeconds(4));
  }

  @Test
  void moreSessionsThanLeases_confirmNothingTwice() {
    admitted(live("j", demand(1, 10, GIB), "a"));

    desk.seen("a", List.of("rendition 0", "rendition 0", "x"), NOW.plusSeconds(2));
    desk.seen("a", List.of(), NOW.plusSeconds(3));

    assertThat(states()).containsExactly("Confirmed", "Reserved");
  }

  private List<String> states() {
    return desk.ledger().leases().stream()
        .map(lease -> lease.state().getClass().getSimpleName())
        .toList();
  }
}
