package dev.penstock.engine;

import dev.penstock.model.Rational;

/** Tells whether timestamps lie on the grid of one frame rate, as far as their unit allows. */
record Spacing(Rational timeBase, Rational rate) {

  /**
   * Whether each step is one frame, give or take the rounding of the unit (two ticks, or 1.5 ms
   * where the unit is finer, which is what cameras and Matroska's milliseconds do).
   *
   * @param times ascending, in {@code timeBase}
   */
  boolean isConstant(long[] times) {
    double frame = 1 / (rate.value() * timeBase.value());
    double tolerance = Math.max(2, 0.0015 / timeBase.value());
    for (int i = 1; i < times.length; i++) {
      if (Math.abs(times[i] - times[i - 1] - frame) > Math.min(tolerance, frame / 2)) {
        return false;
      }
    }
    return true;
  }
}
