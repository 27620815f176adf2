package dev.penstock.planner;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToDoubleFunction;

/**
 * Places rungs on the hull of what was measured: the best where more is not seen or not carried,
 * the lowest where it is still of use, and those between in about equal steps of quality.
 *
 * @param usualMost the usual maximum bit rate of a size, bits per second
 * @param lowest the rate that the lowest rung must not exceed, if it can be helped
 * @param most how many rungs there may be
 * @param step of quality, on the encoder's own scale, that spots lie apart
 */
record Placing(IntToDoubleFunction usualMost, double lowest, int most, double step) {
  /** Decibels of XPSNR beyond which the eye sees no difference to the source. */
  static final double CEILING = 42;

  /** Decibels of XPSNR below which nobody watches if there is anything better. */
  static final double FLOOR = 30;

  /** Decibels of XPSNR from rung to rung: enough to be noticed. */
  static final double NOTICED = 2.5;

  /** Decibels of XPSNR that nobody sees. */
  static final double AS_GOOD = 0.25;

  /** Nearer rungs only cost space. */
  static final double LEAST_RATIO = 1.5;

  /** Farther ones make players change with a jerk. */
  static final double MOST_RATIO = 2.5;

  /** Bits per second: lines slower than that carry no video whatever is done. */
  static final double SLOWEST = 100_000;

  /** From the average bit rate to the peak. */
  static final double PEAK = 1.5;

  /** Of a step that is too large by so much, as if it were the square of so many decibels off. */
  private static final double TOO_FAR = 100;

  /**
   * Where the rungs stand.
   *
   * @param hull all of it, by rising bit rate
   * @param rungs on it, or unseen little below, by rising bit rate and rising quality
   */
  record Placed(List<Spot> hull, List<Spot> rungs) {}

  /**
   * @param measured of one codec, at least one
   */
  Placed of(List<Spot> measured) {
    List<Spot> allowed = allowed(measured);
    List<Spot> hull = Hull.of(allowed);
    List<Spot> spots = near(hull, allowed);
    Spot best = best(spots);
    List<Spot> below = spots.stream().filter(spot -> spot.rate() <= best.rate()).toList();
    return new Placed(hull, steps(below.subList(below.indexOf(least(below)), below.size())));
  }

  // ---- where rungs may stand

  /** Of each size what lies within its usual maximum, and at least one. */
  private List<Spot> allowed(List<Spot> measured) {
    List<Spot> allowed = new ArrayList<>();
    for (int lines : measured.stream().mapToInt(Spot::lines).distinct().toArray()) {
      List<Spot> curve =
          Hull.rising(measured.stream().filter(spot -> spot.lines() == lines).toList());
      double bound = mostAverage(lines);
      List<Spot> within = filled(curve).stream().filter(spot -> spot.rate() <= bound).toList();
      allowed.addAll(within.isEmpty() ? List.of(held(curve.getFirst(), bound)) : within);
    }
    return worthwhile(allowed);
  }

  /** Of those that any line carries only the best, which is the largest where nothing differs. */
  private static List<Spot> worthwhile(List<Spot> spots) {
    List<Spot> kept = new ArrayList<>(spots);
    kept.removeIf(spot -> spot.rate() < SLOWEST);
    spots.stream()
        .filter(spot -> spot.rate() < SLOWEST)
        .max(Comparator.comparingDouble(Spot::score).thenComparingInt(Spot::lines))
        .ifPresent(kept::add);
    return kept;
  }

  private double mostAverage(int lines) {
    return usualMost.applyAsDouble(lines) / PEAK;
  }

  /** Those on the hull, or so little below that it is not seen: between sizes it has gaps. */
  private static List<Spot> near(List<Spot> hull, List<Spot> allowed) {
    return allowed.stream()
        .filter(spot -> spot.rate() >= hull.getFirst().rate())
        .filter(spot -> spot.rate() <= hull.getLast().rate())
        .filter(spot -> spot.score() >= Hull.scoreAt(hull, spot.rate()) - AS_GOOD)
        .sorted(Comparator.comparingDouble(Spot::rate).thenComparingDouble(Spot::score))
        .toList();
  }

  /** The maximum bit rate governs it, and not its quality. */
  private static Spot held(Spot spot, double bound) {
    return new Spot(spot.lines(), spot.quality(), bound, bound, spot.score());
  }

  /** The curve of a size with every quality between those measured. */
  private List<Spot> filled(List<Spot> curve) {
    List<Spot> filled = new ArrayList<>();
    for (int i = 0; i < curve.size(); i++) {
      if (i > 0) {
        fill(curve.get(i - 1), curve.get(i), filled);
      }
      filled.add(curve.get(i));
    }
    return filled;
  }

  private void fill(Spot from, Spot to, List<Spot> filled) {
    double sign = Math.signum(to.quality() - from.quality());
    int count = (int) Math.ceil(Math.abs(to.quality() - from.quality()) / step - 1e-9);
    for (int i = 1; i < count; i++) {
      filled.add(from.between(to, from.quality() + sign * i * step));
    }
  }

  // ---- the ends

  private static Spot best(List<Spot> spots) {
    return spots.stream()
        .filter(spot -> spot.score() >= CEILING)
        .findFirst()
        .orElse(spots.getLast());
  }

  private Spot least(List<Spot> below) {
    Spot useful =
        below.stream()
            .filter(spot -> spot.score() >= FLOOR && spot.rate() >= SLOWEST)
            .findFirst()
            .orElse(below.getLast());
    Spot low =
        useful.rate() <= lowest
            ? useful
            : below.stream()
                .filter(spot -> spot.rate() <= lowest)
                .reduce((_, later) -> later)
                .orElse(below.getFirst());
    double nearest = below.getLast().rate() / Math.pow(MOST_RATIO, most - 1);
    return below.stream()
        .filter(spot -> spot.rate() >= Math.max(low.rate(), nearest))
        .findFirst()
        .orElse(below.getLast());
  }

  // ---- between

  /** From the first to the last, by the steps that are the nearest to what is noticed. */
  private List<Spot> steps(List<Spot> spots) {
    int last = spots.size() - 1;
    if (spots.getLast().rate() < spots.getFirst().rate() * LEAST_RATIO || most < 2) {
      return List.of(spots.getLast());
    }
    double[][] cost = new double[most][last + 1];
    int[][] from = new int[most][last + 1];
    for (double[] row : cost) {
      Arrays.fill(row, Double.POSITIVE_INFINITY);
    }
    cost[0][0] = 0;
    for (int count = 1; count < most; count++) {
      for (int to = 1; to <= last; to++) {
        for (int start = 0; start < to; start++) {
          double sum = cost[count - 1][start] + cost(spots.get(start), spots.get(to));
          if (sum < cost[count][to]) {
            cost[count][to] = sum;
            from[count][to] = start;
          }
        }
      }
    }
    return path(spots, cost, from);
  }

  private static List<Spot> path(List<Spot> spots, double[][] cost, int[][] from) {
    int at = spots.size() - 1;
    int count = 1;
    for (int i = 2; i < cost.length; i++) {
      count = cost[i][at] < cost[count][at] ? i : count;
    }
    List<Spot> path = new ArrayList<>(List.of(spots.get(at)));
    for (int i = count; i > 0; i--) {
      at = from[i][at];
      path.addFirst(spots.get(at));
    }
    return path;
  }

  private static double cost(Spot low, Spot high) {
    double ratio = high.rate() / low.rate();
    if (ratio < LEAST_RATIO || high.score() <= low.score()) {
      return Double.POSITIVE_INFINITY;
    }
    double off = high.score() - low.score() - NOTICED;
    double far = Math.max(0, Math.log(ratio / MOST_RATIO));
    return off * off + TOO_FAR * far;
  }
}
