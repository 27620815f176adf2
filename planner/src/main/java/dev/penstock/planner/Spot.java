package dev.penstock.planner;

import dev.penstock.model.Probes;
import dev.penstock.model.VideoCodec;

/**
 * A place that a rung may have: measured, or between two that were.
 *
 * @param lines of the shorter side
 * @param quality on the encoder's own scale
 * @param rate average, bits per second, above 0
 * @param peak that of the hardest stretch
 * @param score decibels
 */
record Spot(int lines, double quality, double rate, double peak, double score) {
  static Spot of(Probes.Point point) {
    return new Spot(
        point.lines(),
        point.quality(),
        Math.max(1, point.bitRate()),
        Math.max(1, point.peak()),
        point.score());
  }

  Probes.Point point(VideoCodec codec) {
    return new Probes.Point(codec, lines, quality, Math.round(rate), Math.round(peak), score);
  }

  double logRate() {
    return Math.log(rate);
  }

  /**
   * Between this and another of the same size: quality counts evenly, and bits double by equal
   * steps of it.
   */
  Spot between(Spot other, double wanted) {
    double part = (wanted - quality) / (other.quality - quality);
    return new Spot(
        lines,
        wanted,
        Math.exp(logRate() + part * (other.logRate() - logRate())),
        Math.exp(Math.log(peak) + part * (Math.log(other.peak) - Math.log(peak))),
        score + part * (other.score - score));
  }
}
