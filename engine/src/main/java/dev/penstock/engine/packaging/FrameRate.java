package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.Fragment.Sample;
import dev.penstock.model.Rational;

/** The rate of frames, from how long they last: exact when all last equally long. */
final class FrameRate {
  private static final int PRECISION = 1000;

  private long count;
  private long total;
  private long common = -1;

  void add(Fragment fragment) {
    for (Sample sample : fragment.samples()) {
      common = count == 0 || common == sample.duration() ? sample.duration() : 0;
      count++;
      total += sample.duration();
    }
  }

  Rational of(int timescale) {
    if (common > 0 && common <= Integer.MAX_VALUE) {
      return new Rational(timescale, (int) common);
    }
    double rate = (double) count * timescale / Math.max(1, total);
    return new Rational((int) Math.max(1, Math.round(rate * PRECISION)), PRECISION);
  }
}
