package dev.penstock.engine.packaging;

import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.util.List;

/**
 * Where segments begin, in all renditions alike.
 *
 * @param timeBase unit of the starts
 * @param starts rising; the first is the beginning of the presentation
 */
public record SegmentGrid(Rational timeBase, List<Long> starts) {
  public SegmentGrid {
    starts = List.copyOf(starts);
    if (starts.isEmpty()) {
      throw new IllegalArgumentException("no segment");
    }
    for (int i = 1; i < starts.size(); i++) {
      if (starts.get(i) <= starts.get(i - 1)) {
        throw new IllegalArgumentException("segment starts do not rise: " + starts);
      }
    }
  }

  /** A start in another unit, rounded to the nearest, as packets' times are. */
  long start(int index, Rational unit) {
    return Timestamp.rescale(starts.get(index), timeBase, unit);
  }

  int size() {
    return starts.size();
  }
}
