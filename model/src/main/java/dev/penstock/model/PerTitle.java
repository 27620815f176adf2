package dev.penstock.model;

import java.util.List;

/**
 * How the rungs of a ladder were found by measuring its source.
 *
 * @param probes what was measured
 * @param hull where no size gives more quality for the bits: the points measured and those between
 *     two of one size, of each codec by rising bit rate
 * @param rungs placed on it, the best of each codec first
 */
public record PerTitle(Probes probes, List<Probes.Point> hull, List<Found> rungs) {
  public PerTitle {
    hull = List.copyOf(hull);
    rungs = List.copyOf(rungs);
  }

  /** Whether no size gives more quality for the bits of this point. */
  public boolean isOnHull(Probes.Point point) {
    return hull.stream()
        .anyMatch(on ->
            on.codec() == point.codec()
                && on.lines() == point.lines()
                && on.quality() == point.quality());
  }

  /**
   * A rung.
   *
   * @param name of its file
   * @param point what it is expected to measure
   * @param maxBitRate bound on any stretch of it, bits per second
   * @param because why it stands there
   */
  public record Found(String name, Probes.Point point, long maxBitRate, String because) {}
}
