package dev.penstock.planner.placement;

import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Plan.Seat;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * Where the renditions of a plan are made.
 *
 * @param gpus keys; none where all of it is the processor's
 * @param tracks the GPU of each rendition, by its track in the plan
 * @param pace thousandths of the full speed that there is room for; 1000 where a speed is kept
 * @param because why there, for people
 */
public record Placement(
    List<String> gpus, SequencedMap<Integer, String> tracks, long pace, String because) {
  public Placement {
    gpus = List.copyOf(gpus);
    tracks = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(tracks));
  }

  public boolean isSplit() {
    return gpus.size() > 1;
  }

  /**
   * The plan with the GPUs it was given, and no others. What is made does not depend on it.
   *
   * @param pieces how many are worked on side by side on each
   */
  public Plan narrowed(Plan plan, int pieces) {
    return plan.acceleration().map(all -> plan.on(narrowed(all, pieces))).orElse(plan);
  }

  private Acceleration narrowed(Acceleration all, int pieces) {
    List<Seat> seats =
        all.seats().stream()
            .filter(seat -> gpus.contains(seat.key()))
            .map(seat ->
                new Seat(
                    seat.name(), seat.key(), seat.node(), pieces, seat.unlimited(), seat.driver()))
            .toList();
    return new Acceleration(all.surfaces(), all.decoding(), all.encoding(), seats);
  }
}
