package dev.penstock.engine;

import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * How often which value came, to a resolution, so that a film of any length takes little memory.
 * Infinite values count as the highest.
 */
final class Distribution {
  private static final int PAGE = 256;

  private final double resolution;
  private final Map<Integer, int[]> pages = new TreeMap<>();
  private double lowest = Double.POSITIVE_INFINITY;
  private long count;

  Distribution(double resolution) {
    this.resolution = resolution;
  }

  void add(double value) {
    count++;
    lowest = Math.min(lowest, value);
    if (Double.isFinite(value)) {
      int step = (int) Math.round(value / resolution);
      pages
          .computeIfAbsent(Math.floorDiv(step, PAGE), _ -> new int[PAGE])[
          Math.floorMod(step, PAGE)]++;
    }
  }

  /** Exactly; empty when it is infinite. */
  OptionalDouble lowest() {
    return finite(lowest);
  }

  /** The value that this part of all does not exceed (nearest rank); empty when it is infinite. */
  OptionalDouble quantile(double part) {
    long rank = Math.max(1, (long) Math.ceil(part * count));
    long seen = 0;
    for (Map.Entry<Integer, int[]> page : pages.entrySet()) {
      for (int i = 0; i < PAGE; i++) {
        seen += page.getValue()[i];
        if (seen >= rank) {
          double value = ((double) page.getKey() * PAGE + i) * resolution;
          return finite(rank == 1 ? lowest : Math.max(lowest, value));
        }
      }
    }
    return OptionalDouble.empty();
  }

  static OptionalDouble finite(double value) {
    return Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
  }
}
