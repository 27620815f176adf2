package dev.penstock.planner;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The upper convex hull of quality over the bit rate, as far as it rises: on it, no mixture of the
 * other spots gives more quality for the bits.
 */
final class Hull {
  private Hull() {}

  /** The spots on it, by rising bit rate and rising quality. */
  static List<Spot> of(List<Spot> spots) {
    List<Spot> hull = new ArrayList<>();
    for (Spot spot : rising(spots)) {
      while (hull.size() >= 2 && isBelow(hull.getLast(), hull.get(hull.size() - 2), spot)) {
        hull.removeLast();
      }
      hull.add(spot);
    }
    return hull;
  }

  /** Without those that another matches or beats with no more bits. */
  static List<Spot> rising(List<Spot> spots) {
    List<Spot> sorted = new ArrayList<>(spots);
    sorted.sort(
        Comparator.comparingDouble(Spot::rate)
            .thenComparing(Comparator.comparingDouble(Spot::score).reversed())
            .thenComparing(Comparator.comparingInt(Spot::lines).reversed())
            .thenComparingDouble(Spot::quality));
    List<Spot> rising = new ArrayList<>();
    for (Spot spot : sorted) {
      if (rising.isEmpty() || spot.score() > rising.getLast().score()) {
        rising.add(spot);
      }
    }
    return rising;
  }

  private static boolean isBelow(Spot middle, Spot left, Spot right) {
    return middle.score() < scoreAt(middle.rate(), left, right);
  }

  private static double scoreAt(double rate, Spot left, Spot right) {
    double part = (rate - left.rate()) / (right.rate() - left.rate());
    return left.score() + part * (right.score() - left.score());
  }

  /** The quality of the hull at a bit rate between those of its ends. */
  static double scoreAt(List<Spot> hull, double rate) {
    for (int i = 1; i < hull.size(); i++) {
      if (rate <= hull.get(i).rate()) {
        return scoreAt(rate, hull.get(i - 1), hull.get(i));
      }
    }
    return hull.getLast().score();
  }
}
