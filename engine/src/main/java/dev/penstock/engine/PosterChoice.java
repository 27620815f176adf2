package dev.penstock.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;

/**
 * Which of some pictures stands for all of them: not one that is black, or of one colour; and of
 * the others the one whose histogram is nearest to their mean, as libav's filter {@code thumbnail}
 * has it.
 */
final class PosterChoice {
  private static final int BINS = 32;

  /** Of 255. Darker on the whole, a picture is taken for black. */
  private static final double LEAST_MEAN = 24;

  /** Standard deviation of what shows something. */
  private static final double LEAST_SPREAD = 5;

  private final List<Look> looks = new ArrayList<>();

  /** What counts of a picture. */
  private record Look(double mean, double spread, List<Double> histogram) {
    boolean shows() {
      return mean >= LEAST_MEAN && spread >= LEAST_SPREAD;
    }

    double distance(List<Double> other) {
      double sum = 0;
      for (int i = 0; i < BINS; i++) {
        double apart = histogram.get(i) - other.get(i);
        sum += apart * apart;
      }
      return sum;
    }
  }

  /** Adds a picture: its luma of full range. */
  void add(byte[] luma) {
    double sum = 0;
    double squares = 0;
    double[] histogram = new double[BINS];
    for (byte sample : luma) {
      int value = sample & 0xff;
      sum += value;
      squares += (double) value * value;
      histogram[value * BINS / 256] += 1.0 / luma.length;
    }
    double mean = sum / luma.length;
    double spread = Math.sqrt(Math.max(0, squares / luma.length - mean * mean));
    looks.add(new Look(mean, spread, DoubleStream.of(histogram).boxed().toList()));
  }

  /** The number of the best, counted from 0; empty when none shows anything. */
  OptionalInt best() {
    List<Double> mean = mean();
    OptionalInt best = OptionalInt.empty();
    for (int i = 0; i < looks.size(); i++) {
      boolean better =
          best.isEmpty() || looks.get(i).distance(mean) < looks.get(best.getAsInt()).distance(mean);
      if (looks.get(i).shows() && better) {
        best = OptionalInt.of(i);
      }
    }
    return best;
  }

  private List<Double> mean() {
    List<Look> good = looks.stream().filter(Look::shows).toList();
    double[] mean = new double[BINS];
    for (Look look : good) {
      for (int i = 0; i < BINS; i++) {
        mean[i] += look.histogram.get(i) / good.size();
      }
    }
    return DoubleStream.of(mean).boxed().toList();
  }
}
