package dev.penstock.model;

import java.util.List;
import java.util.OptionalLong;

/**
 * How the pictures of a source are cut into segments that are encoded apart and joined again. It
 * follows from the source and the job alone.
 *
 * @param source index of the video track in the input
 * @param timeBase unit of the segments' times, that of the track
 * @param segments in order, without gaps
 */
public record Segmentation(int source, Rational timeBase, List<Segment> segments) {
  public Segmentation {
    segments = List.copyOf(segments);
  }

  /**
   * The pictures shown from {@code start} up to, not including, {@code end}; times count from the
   * beginning of the input.
   *
   * @param start empty for the first: what is shown before zero belongs to it
   * @param end empty for the last
   * @param frames how many pictures lie in it
   */
  public record Segment(int index, OptionalLong start, OptionalLong end, long frames) {}
}
