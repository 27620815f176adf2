package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.model.Metric;
import dev.penstock.model.Quality.Component;
import dev.penstock.model.Quality.Levels;
import dev.penstock.model.Quality.Score;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The values of one metric, frame by frame, and their averages as libavfilter makes them. */
final class MetricTally {
  private static final double ONE_IN_A_HUNDRED = 0.01;

  /** Finer than any table. */
  private static final double DECIBEL_RESOLUTION = 1e-4;

  private static final double SSIM_RESOLUTION = 1e-6;

  /** Stands for all components together. */
  private static final String ALL = "";

  private final Metric metric;
  private final List<Series> components = new ArrayList<>();
  private final Series combined;

  MetricTally(Metric metric, CommonGround ground) {
    this.metric = metric;
    for (int plane = 0; plane < ground.components().size(); plane++) {
      String name = ground.components().get(plane);
      components.add(new Series(name, ground.peak(), ground.samples(plane)));
    }
    this.combined = new Series(ALL, ground.peak(), ground.samples(0));
  }

  Metric metric() {
    return metric;
  }

  /** Takes what the filter attached to a frame. */
  void add(Frame measured) {
    OptionalDouble whole = combined(measured);
    if (whole.isPresent()) {
      combined.add(whole.getAsDouble(), squaredError(measured, ALL));
      for (Series series : components) {
        value(measured, series.name)
            .ifPresent(value -> series.add(value, squaredError(measured, series.name)));
      }
    }
  }

  private OptionalDouble combined(Frame measured) {
    if (metric != Metric.XPSNR) {
      return value(measured, ALL);
    }
    return components.stream()
        .flatMapToDouble(series -> value(measured, series.name).stream())
        .min();
  }

  private OptionalDouble value(Frame measured, String component) {
    boolean all = component.equals(ALL);
    String key =
        switch (metric) {
          case XPSNR -> "lavfi.xpsnr.xpsnr." + component;
          case SSIM -> "lavfi.ssim." + (all ? "All" : component.toUpperCase(Locale.ROOT));
          case PSNR -> all ? "lavfi.psnr.psnr_avg" : "lavfi.psnr.psnr." + component;
        };
    OptionalDouble value = measured.number(key);
    return value.stream().anyMatch(Double::isNaN) ? OptionalDouble.empty() : value;
  }

  private static double squaredError(Frame measured, String component) {
    boolean all = component.equals(ALL);
    return measured.number(all ? "lavfi.psnr.mse_avg" : "lavfi.psnr.mse." + component).orElse(0);
  }

  /** Whether no frame differed. */
  boolean allInfinite() {
    return combined.distribution.lowest().isEmpty();
  }

  /** Empty when nothing could be measured. */
  Optional<Score> score() {
    if (combined.all.count() == 0) {
      return Optional.empty();
    }
    double mean =
        metric == Metric.XPSNR
            ? components.stream().mapToDouble(s -> s.all.value()).min().orElseThrow()
            : combined.all.value();
    return Optional.of(
        new Score(
            metric,
            combined.levels(mean),
            components.stream()
                .map(series -> new Component(series.name, series.levels(series.all.value())))
                .toList()));
  }

  /** The combined mean of what came since the last call. */
  OptionalDouble takeSecond() {
    double whole = combined.takeSecond();
    double least = components.stream().mapToDouble(Series::takeSecond).min().orElse(Double.NaN);
    return Distribution.finite(metric == Metric.XPSNR ? least : whole);
  }

  /** The values of one component, or of all together. */
  private final class Series {
    private final String name;
    private final double peak;
    private final long samples;
    private final Distribution distribution =
        new Distribution(metric.decibels() ? DECIBEL_RESOLUTION : SSIM_RESOLUTION);
    private final MetricMean all;
    private MetricMean second;

    Series(String name, double peak, long samples) {
      this.name = name;
      this.peak = peak;
      this.samples = samples;
      this.all = MetricMean.of(metric, peak, samples);
      this.second = MetricMean.of(metric, peak, samples);
    }

    void add(double value, double squaredError) {
      distribution.add(value);
      all.add(value, squaredError);
      second.add(value, squaredError);
    }

    double takeSecond() {
      double mean = second.value();
      second = MetricMean.of(metric, peak, samples);
      return mean;
    }

    Levels levels(double mean) {
      return new Levels(
          Distribution.finite(mean),
          distribution.lowest(),
          distribution.quantile(ONE_IN_A_HUNDRED));
    }
  }
}
