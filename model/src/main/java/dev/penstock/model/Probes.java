package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What short encodes of a source measured: the facts that the rungs of a ladder are found by.
 *
 * @param metric what quality was measured in
 * @param preset of the encodes
 * @param stretches of the source that were encoded, in order; the middle of each was measured
 * @param points one for each codec, size and quality
 * @param elapsed time it took
 * @param gpu that encoded; empty for the processor
 * @param notes for the user
 */
public record Probes(
    Metric metric,
    Preset preset,
    List<Stretch> stretches,
    List<Point> points,
    Duration elapsed,
    Optional<Gpu> gpu,
    List<String> notes) {
  public Probes {
    stretches = List.copyOf(stretches);
    points = List.copyOf(points);
    notes = List.copyOf(notes);
  }

  /**
   * GPUs whose encoders were measured: qualities are on the scales of these.
   *
   * @param name of the model
   */
  public record Gpu(String name, Capability.Api api) {}

  /** A part of the source. */
  public record Stretch(Duration start, Duration duration) {}

  /**
   * All stretches in one size and constant quality.
   *
   * @param lines of the shorter side
   * @param quality on the encoder's own scale
   * @param bitRate average over the stretches, bits per second
   * @param peak that of the stretch that took the most
   * @param score scaled up to the source's size, against the source, in the metric's unit
   */
  public record Point(
      VideoCodec codec, int lines, double quality, long bitRate, long peak, double score) {}
}
