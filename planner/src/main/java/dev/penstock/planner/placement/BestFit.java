package dev.penstock.planner.placement;

import dev.penstock.model.Demand;
import dev.penstock.model.Load;
import dev.penstock.model.Load.Dimension;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Places a demand. The same question has the same answer: what is equal goes by the key.
 *
 * @param packing which of those that could take it
 * @param leastPace thousandths of the speed on an idle GPU, below which elastic work is not begun
 * @param cores what of the processor is free
 * @param mostCores what would be, if it were idle
 * @param sessions how many more all GPUs with the limit of the system may open together
 */
public record BestFit(Packing packing, long leastPace, long cores, long mostCores, long sessions) {
  private static final long FULL = 1000;

  /** Where it goes; empty where there is no room for it. */
  public Optional<Placement> place(Demand demand, List<Offer> offers) {
    return place(demand, _ -> demand, offers);
  }

  /**
   * The same on GPUs that are not all alike.
   *
   * @param on what it takes of a GPU, by its key
   */
  public Optional<Placement> place(Demand demand, Function<String, Demand> on, List<Offer> offers) {
    return demand.isGpu() ? whole(demand, on, offers) : processor(demand);
  }

  private Optional<Placement> processor(Demand demand) {
    long pace = paceOfCores(demand);
    return pace < leastOfCores(demand)
        ? Optional.empty()
        : Optional.of(new Placement(Optional.empty(), pace, "done in software"));
  }

  private record Spot(Offer offer, Load load, long pace) {
    double share(Dimension dimension) {
      return offer.shareWith(load.atPace(pace), dimension);
    }
  }

  private Optional<Placement> whole(
      Demand demand, Function<String, Demand> on, List<Offer> offers) {
    List<Spot> spots =
        offers.stream().flatMap(offer -> spot(on.apply(offer.gpu()), offer).stream()).toList();
    Load load = demand.onGpu();
    Dimension dominant = dominant(load, offers);
    return spots.stream()
        .min(order(load, dominant))
        .map(best -> placement(best, dominant, spots.size()));
  }

  private Optional<Spot> spot(Demand demand, Offer offer) {
    Load load = demand.onGpu();
    return Optional.of(new Spot(offer, load, pace(demand, load, offer)))
        .filter(spot -> spot.pace >= least(demand, load, offer));
  }

  private Placement placement(Spot best, Dimension dominant, int choice) {
    double share = best.share(dominant);
    return new Placement(
        Optional.of(best.offer.gpu()),
        best.pace,
        String.format(
            Locale.ROOT,
            "%s: %s come to %.0f %% of what may be used there%s",
            packing == Packing.POWER ? "on as few GPUs as will do" : "the best of " + choice,
            dominant.label(),
            100 * share,
            best.pace < FULL ? ", at " + best.pace / 10 + " % of full speed" : ""));
  }

  /** The thing of which it takes the largest part; shaders only where it takes nothing else. */
  private static Dimension dominant(Load load, List<Offer> offers) {
    return Stream.of(Dimension.values())
        .filter(dimension -> dimension != Dimension.SHADERS && !dimension.isHost())
        .max(
            Comparator.comparingDouble(dimension ->
                offers.stream().mapToDouble(offer -> offer.share(load, dimension)).sum()))
        .filter(dimension -> load.of(dimension) > 0)
        .orElse(Dimension.SHADERS);
  }

  private Comparator<Spot> order(Load load, Dimension dominant) {
    Comparator<Spot> byKey = Comparator.comparing(spot -> spot.offer.gpu());
    Comparator<Spot> tightest = Comparator.comparingDouble(spot -> -spot.share(dominant));
    Comparator<Spot> fastest = Comparator.comparingLong(spot -> -spot.pace);
    return switch (packing) {
      case POWER ->
          Comparator.comparing((Spot spot) -> !spot.offer.isWorking())
              .thenComparing(fastest)
              .thenComparing(tightest)
              .thenComparing(byKey);
      case SPREAD ->
          fastest
              .thenComparing(dominant.isPace() ? byEngines(load) : tightest)
              .thenComparing(byKey);
    };
  }

  /** Of engines, those it encodes with, or else decodes with: shaders say nothing of them. */
  private static Comparator<Spot> byEngines(Load load) {
    Dimension engine = load.encoders() > 0 ? Dimension.ENCODER : Dimension.DECODER;
    return Comparator.<Spot>comparingDouble(spot -> spot.share(engine))
        .thenComparingDouble(spot -> spot.share(Dimension.MEMORY));
  }

  // ---- why not

  /** Whether an offer has too little of one thing, whatever the others are. */
  public boolean isShort(Demand demand, Offer offer, Dimension dimension) {
    long free = offer.free().of(dimension);
    return isShort(
        demand,
        dimension,
        demand.onGpu().of(dimension),
        free,
        least(demand, demand.onGpu(), offer));
  }

  /** Whether there is too little of the processor, on whichever GPU the rest is. */
  public boolean isShortOfCores(Demand demand, List<Offer> offers) {
    return isShort(demand, Dimension.CORES, demand.cores(), cores, leastPace(demand, offers));
  }

  /** Thousandths of the full speed, below which it does not begin on any of them. */
  public long leastPace(Demand demand, List<Offer> offers) {
    return offers.stream()
        .mapToLong(offer -> least(demand, demand.onGpu(), offer))
        .min()
        .orElseGet(() -> leastOfCores(demand));
  }

  private static boolean isShort(
      Demand demand, Dimension dimension, long asked, long free, long least) {
    boolean bends = demand.elastic() && dimension.isPace();
    return asked > free && !(bends && Math.floorDiv(free * FULL, asked) >= least);
  }

  // ---- paces

  /** How fast it would be, thousandths; negative where it does not fit at all. */
  private long pace(Demand demand, Load load, Offer offer) {
    return Math.min(
        pace(demand.elastic(), load, offer.free(), offer.isCapped() ? sessions : Long.MAX_VALUE),
        paceOfCores(demand));
  }

  private long least(Demand demand, Load load, Offer offer) {
    long idle =
        Math.min(
            pace(demand.elastic(), load, offer.limit(), Long.MAX_VALUE),
            paceOfCores(demand, mostCores));
    return demand.elastic() ? Math.max(1, idle * leastPace / FULL) : FULL;
  }

  private static long pace(boolean elastic, Load load, Load free, long left) {
    long pace = load.sessions() <= left ? FULL : -1;
    for (Dimension dimension : Dimension.values()) {
      long asked = load.of(dimension);
      if (asked > 0 && !dimension.isHost() && asked > free.of(dimension)) {
        pace =
            elastic && dimension.isPace()
                ? Math.min(pace, Math.floorDiv(free.of(dimension) * FULL, asked))
                : -1;
      }
    }
    return pace;
  }

  private long paceOfCores(Demand demand) {
    return paceOfCores(demand, cores);
  }

  private static long paceOfCores(Demand demand, long free) {
    if (demand.cores() <= free || demand.cores() == 0) {
      return FULL;
    }
    return demand.elastic() ? Math.floorDiv(free * FULL, demand.cores()) : -1;
  }

  private long leastOfCores(Demand demand) {
    return demand.elastic() ? Math.max(1, paceOfCores(demand, mostCores) * leastPace / FULL) : FULL;
  }
}
