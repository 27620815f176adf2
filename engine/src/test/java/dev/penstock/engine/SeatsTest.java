package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Segmentation.Segment;
import dev.penstock.planner.Recovery;
import dev.penstock.planner.Recovery.Fault;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** Which piece works on which GPU, and what is told of it. */
class SeatsTest {
  private static final Seat FIRST = seat("0000:21:00.0");
  private static final Seat SECOND = seat("0000:41:00.0");

  private final Seats seats = only(FIRST, SECOND);

  private static Seats only(Seat... all) {
    return new Seats(
        new Plan.Acceleration(Plan.Surfaces.CUDA, true, Optional.empty(), List.of(all)));
  }

  private static Seat seat(String key) {
    return new Seat("NVIDIA L40S", key, Optional.empty(), 3, true, Optional.empty());
  }

  private Recovery lost(int piece, Seat seat, boolean opens, String why) {
    return seats.failed(piece(piece), seat, Fault.LOST, opens, why);
  }

  private static Piece piece(int number) {
    return new Piece.Pictures(new Segment(number, OptionalLong.empty(), OptionalLong.empty(), 50));
  }

  @Test
  void aLostGpu_isToldOnce_withAllThatItTookAlong() {
    lost(4, FIRST, false, "the encoder stopped");
    lost(5, FIRST, false, "the decoder stopped");
    lost(6, FIRST, false, "the encoder stopped");

    assertThat(seats.story())
        .containsExactly(
            "NVIDIA L40S (0000:21:00.0) failed in segment-00004 and 2 others: the encoder stopped;"
                + " another GPU does it again, and this one is left out from here on");
  }

  @Test
  void theSameOnTwoGpus_isToldOfEach() {
    lost(1, FIRST, true, "it stopped");
    lost(2, SECOND, true, "it stopped");

    assertThat(seats.story())
        .containsExactly(
            "NVIDIA L40S (0000:21:00.0) failed in segment-00001: it stopped;"
                + " another GPU does it again",
            "NVIDIA L40S (0000:41:00.0) failed in segment-00002: it stopped;"
                + " another GPU does it again");
  }

  @Test
  void whatEndsTheRun_isToldBesideTheGpuThatIsLost() {
    lost(1, FIRST, false, "it stopped");
    lost(2, FIRST, false, "it stopped");
    lost(2, SECOND, false, "it stopped too");

    assertThat(seats.story())
        .containsExactly(
            "NVIDIA L40S (0000:21:00.0) failed in segment-00001 and 1 other: it stopped;"
                + " another GPU does it again, and this one is left out from here on",
            "NVIDIA L40S (0000:41:00.0) failed in segment-00002: it stopped too;"
                + " no GPU is left for it");
  }

  @Test
  void whoFindsItFull_leavesItAndIsNotCounted() {
    Seats one = only(FIRST);
    Seat seat = one.take(piece(1), () -> false).orElseThrow();
    Seat _ = one.take(piece(2), () -> false).orElseThrow();

    assertThat(one.failed(piece(1), seat, Fault.FULL, true, "full")).isEqualTo(Recovery.FEWER);
    assertThat(one.story())
        .containsExactly(
            "NVIDIA L40S (0000:21:00.0) failed in segment-00001: full;"
                + " it gets no more than 1 at once from here on");
  }

  @Test
  void theLastOnAFullGpu_waitsForOthers() {
    Seats one = only(FIRST);
    Seat seat = one.take(piece(1), () -> false).orElseThrow();

    assertThat(one.failed(piece(1), seat, Fault.FULL, true, "full")).isEqualTo(Recovery.LATER);
    assertThat(one.take(piece(1), () -> false)).contains(seat);
  }
}
