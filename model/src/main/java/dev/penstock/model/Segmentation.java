package dev.penstock.model;

import java.util.List;

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
   * @param end {@link Long#MAX_VALUE} for the last
   * @param frames how many pictures lie in it
   */
  public record Segment(int index, long start, long end, long frames) {}
}
