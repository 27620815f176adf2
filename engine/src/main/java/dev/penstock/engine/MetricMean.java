package dev.penstock.engine;

import dev.penstock.model.Metric;

/** An average being made, the way the filter of the metric prints its own at the end. */
abstract sealed class MetricMean {
  private long count;
  private double sum;

  /**
   * An average of nothing yet.
   *
   * @param peak highest code value
   * @param samples in one plane
   */
  static MetricMean of(Metric metric, double peak, long samples) {
    return switch (metric) {
      case SSIM -> new Ssim();
      case PSNR -> new Psnr(peak);
      case XPSNR -> new Xpsnr(peak, samples);
    };
  }

  /**
   * Adds a frame.
   *
   * @param value may be infinite
   * @param squaredError the mean one, in code values; only PSNR looks at it
   */
  void add(double value, double squaredError) {
    sum += term(value, squaredError);
    count++;
  }

  abstract double term(double value, double squaredError);

  abstract double value(double meanOfTerms);

  /** NaN when nothing was added. */
  double value() {
    return value(sum / count);
  }

  long count() {
    return count;
  }

  private static final class Ssim extends MetricMean {
    @Override
    double term(double value, double squaredError) {
      return value;
    }

    @Override
    double value(double meanOfTerms) {
      return meanOfTerms;
    }
  }

  /** The decibels of the mean squared error. */
  private static final class Psnr extends MetricMean {
    private final double peakSquared;

    Psnr(double peak) {
      this.peakSquared = peak * peak;
    }

    /** Both numbers are rounded to six digits behind the point; takes the one that says more. */
    @Override
    double term(double value, double squaredError) {
      return squaredError >= 1 ? squaredError / peakSquared : Math.pow(10, -value / 10);
    }

    @Override
    double value(double meanOfTerms) {
      return -10 * Math.log10(meanOfTerms);
    }
  }

  /**
   * The decibels of the squared mean of the frames' root errors; see {@code get_avg_xpsnr} in
   * libavfilter's vf_xpsnr.c. Where that root is below one code value, it averages decibels
   * instead, of which one is infinite then: a root is none or at least one.
   */
  private static final class Xpsnr extends MetricMean {
    private final double peakOfPlane;
    private boolean anyInfinite;

    Xpsnr(double peak, long samples) {
      this.peakOfPlane = peak * Math.sqrt((double) samples);
    }

    @Override
    double term(double value, double squaredError) {
      anyInfinite |= Double.isInfinite(value);
      return Math.pow(10, -value / 20);
    }

    @Override
    double value(double meanOfTerms) {
      return anyInfinite && meanOfTerms * peakOfPlane < 1
          ? Double.POSITIVE_INFINITY
          : -20 * Math.log10(meanOfTerms);
    }
  }
}
