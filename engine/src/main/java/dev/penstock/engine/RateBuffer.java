package dev.penstock.engine;

import dev.penstock.model.Rational;
import java.util.ArrayList;
import java.util.List;

/**
 * The buffer of a decoder that is filled at a constant rate and emptied by a picture at a time, at
 * its decoding time: the hypothetical reference decoder of ITU-T H.264 and H.265, Annex C, with a
 * buffer that waits when it is full.
 *
 * @param rate bits a second into it
 * @param size bits
 * @param initial how full it is when the first picture is decoded, as a part of its size
 */
record RateBuffer(long rate, long size, double initial) {
  /**
   * How full it is during a segment, as a part of its size. Below zero a picture had not come in
   * whole when it was due.
   *
   * @param begin before the first picture is decoded
   * @param least after any picture was taken out
   */
  record Stretch(double begin, double least) {}

  /**
   * Follows it over all pictures, from segment to segment.
   *
   * @param times when each picture is decoded, rising
   * @param bytes of each picture
   * @param segments which segment each picture is of, rising
   */
  List<Stretch> follow(long[] times, int[] bytes, int[] segments, Rational timeBase) {
    List<Stretch> stretches = new ArrayList<>();
    double held = initial * (double) size;
    double begin = held;
    double least = held;
    for (int i = 0; i < times.length; i++) {
      if (i > 0) {
        double seconds = (double) (times[i] - times[i - 1]) * timeBase.value();
        held = Math.min((double) size, held + seconds * (double) rate);
      }
      if (i > 0 && segments[i] != segments[i - 1]) {
        stretches.add(stretch(begin, least));
        begin = held;
        least = held;
      }
      held -= bytes[i] * 8.0;
      least = Math.min(least, held);
    }
    stretches.add(stretch(begin, least));
    return stretches;
  }

  private Stretch stretch(double begin, double least) {
    return new Stretch(begin / (double) size, least / (double) size);
  }
}
