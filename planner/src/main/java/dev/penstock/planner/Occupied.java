package dev.penstock.planner;

import dev.penstock.model.GpuLoad;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Acceleration;
import dev.penstock.model.Plan.Seat;
import dev.penstock.model.Planning;
import dev.penstock.model.Receipt;
import dev.penstock.model.Receipt.Decision;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Leaves GPUs to others as far as these have them: a busy one counts as fewer engines, so that it
 * gets a smaller share of the pieces, and is taken last. How many a job gives it at once has no
 * bound, as elsewhere. What is made does not depend on it.
 *
 * @param wanted what the GPUs are for
 */
record Occupied(Acceleration wanted, List<GpuLoad> loads) {
  /** What a session with pictures of 4K takes, with its decoder and filters. */
  private static final long PIECE_BYTES = 768L << 20;

  /** Steps of 25 %: smaller differences are gone before the first piece is done. */
  private static final int STEP = 25;

  /**
   * How much of a GPU is left.
   *
   * @param seat with the engines that it counts as
   * @param rank in which it is taken, the least first
   */
  private record Left(Seat seat, int rank, Optional<Decision> told) {}

  /** The same with the GPUs that are idle first, and less on the others. */
  static Planning in(Planning planning, List<GpuLoad> loads) {
    return switch (planning) {
      case Planning.Planned planned when !loads.isEmpty() ->
          new Planning.Planned(
              placed(planned.plan(), loads),
              told(planned.receipt(), decisions(planned.plan(), loads)),
              planned.fallbacks().stream()
                  .map(other -> new Planning.Fallback(placed(other.plan(), loads), other.what()))
                  .toList());
      case Planning.Planned planned -> planned;
      case Planning.Refused refused -> refused;
    };
  }

  private static Plan placed(Plan plan, List<GpuLoad> loads) {
    return of(plan, loads).map(occupied -> plan.on(occupied.placed())).orElse(plan);
  }

  private static List<Decision> decisions(Plan plan, List<GpuLoad> loads) {
    return of(plan, loads).stream()
        .flatMap(occupied -> occupied.left().stream())
        .flatMap(each -> each.told().stream())
        .toList();
  }

  /** Empty where there is no choice. */
  private static Optional<Occupied> of(Plan plan, List<GpuLoad> loads) {
    return plan.acceleration()
        .filter(wanted -> wanted.seats().size() > 1)
        .map(wanted -> new Occupied(wanted, loads));
  }

  private static Receipt told(Receipt receipt, List<Decision> more) {
    List<Decision> all = new ArrayList<>(receipt.decisions());
    all.addAll(all.isEmpty() ? 0 : 1, more);
    return new Receipt(all, receipt.notes(), receipt.perTitle());
  }

  private Acceleration placed() {
    return new Acceleration(
        wanted.surfaces(),
        wanted.decoding(),
        wanted.encoding(),
        left().stream().map(Left::seat).toList());
  }

  private List<Left> left() {
    return wanted.seats().stream()
        .map(this::left)
        .sorted(Comparator.comparingInt(Left::rank))
        .toList();
  }

  private Left left(Seat seat) {
    return loads.stream()
        .filter(load -> load.gpu().equals(seat.key()))
        .findFirst()
        .map(load -> left(seat, load))
        .orElse(new Left(seat, 0, Optional.empty()));
  }

  private Left left(Seat seat, GpuLoad load) {
    int busy = busy(load);
    long room = load.freeMemory().toOptional().map(free -> free / PIECE_BYTES).orElse(1000L);
    int idle = (int) Math.ceil(seat.engines() * (100 - busy) / 100.0);
    int engines = (int) Math.max(1, Math.min(idle, room));
    int rank = room == 0 ? 100 / STEP : busy / STEP;
    Seat fewer =
        new Seat(seat.name(), seat.key(), seat.node(), engines, seat.unlimited(), seat.driver());
    boolean isNews = engines < seat.engines() || rank > 0;
    return new Left(
        fewer, rank, isNews ? Optional.of(decision(seat, fewer, load)) : Optional.empty());
  }

  /** Of the engines that are needed the busier ones; nothing where nobody knows. */
  private int busy(GpuLoad load) {
    int encoders = wanted.encoding().isEmpty() ? 0 : load.encoders().toOptional().orElse(0);
    int decoders = wanted.decoding() ? load.decoders().toOptional().orElse(0) : 0;
    return Math.clamp(Math.max(encoders, decoders), 0, 100);
  }

  private Decision decision(Seat whole, Seat fewer, GpuLoad load) {
    List<String> because = new ArrayList<>();
    if (wanted.encoding().isPresent()) {
      load.encoders().toOptional().ifPresent(busy -> because.add("encoders " + busy + " % busy"));
    }
    if (wanted.decoding()) {
      load.decoders().toOptional().ifPresent(busy -> because.add("decoders " + busy + " % busy"));
    }
    load.freeMemory()
        .toOptional()
        .ifPresent(free -> because.add((free >> 20) + " MiB of memory free"));
    return new Decision(
        "GPU " + whole.key(),
        "counts as "
            + fewer.engines()
            + (fewer.engines() == 1 ? " engine of " : " engines of ")
            + whole.engines(),
        "others use it, so it "
            + (fewer.engines() < whole.engines() ? "gets a smaller share: " : "is taken last: ")
            + String.join(", ", because),
        List.of());
  }
}
