package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Seat;
import dev.penstock.planner.Recovery;
import dev.penstock.planner.Recovery.Fault;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which piece works on which GPU. */
class SeatsTest {
  private static final Piece PIECE = new Piece.Whole();
  private static final Piece OTHER = new Piece.Rest();

  private final Seats seats =
      new Seats(
          new Plan.Acceleration(
              Plan.Surfaces.CUDA,
              true,
              Optional.of(Api.NVENC),
              List.of(new Seat("GPU", "0000:21:00.0", Optional.empty(), 3, true))));

  private Seat taken(Piece piece) {
    return seats.take(piece, () -> false).orElseThrow();
  }

  @Test
  void whoFindsItFull_leavesItAndIsNotCounted() {
    Seat seat = taken(PIECE);
    taken(OTHER);

    assertThat(seats.failed(PIECE, seat, Fault.FULL, true, "full")).isEqualTo(Recovery.FEWER);
    assertThat(seats.story())
        .containsExactly(
            "GPU (0000:21:00.0) failed in whole: full; it gets no more than 1 at once from here on");
  }

  @Test
  void theLastOnAFullGpu_waitsForOthers() {
    Seat seat = taken(PIECE);

    assertThat(seats.failed(PIECE, seat, Fault.FULL, true, "full")).isEqualTo(Recovery.LATER);
    assertThat(seats.take(PIECE, () -> false)).contains(seat);
  }
}
