package dev.penstock.engine;

import dev.penstock.model.Rational;

/**
 * The buffer of a decoder that is filled at a constant rate and emptied by a picture at a time, at
 * its decoding time: the hypothetical reference decoder of ITU-T H.264 and H.265, Annex C, with a
 * buffer that waits when it is full.
 *
 * @param rate bits a second into it
 * @param size bits
 */
record RateBuffer(long rate, long size) {
  /** How full x264 and x265 take it to be when the first picture is decoded. */
  private static final double INITIAL = 0.9;

  /**
   * The least it ever holds, after a picture was taken out, as a part of its size. Below zero a
   * picture had not come in whole when it was due.
   *
   * @param times when each picture is decoded, rising
   * @param bytes of each picture
   */
  double leastFullness(long[] times, int[] bytes, Rational timeBase) {
    double held = INITIAL * (double) size;
    double least = held;
    for (int i = 0; i < times.length; i++) {
      if (i > 0) {
        double seconds = (double) (times[i] - times[i - 1]) * timeBase.value();
        held = Math.min((double) size, held + seconds * (double) rate);
      }
      held -= bytes[i] * 8.0;
      least = Math.min(least, held);
    }
    return least / (double) size;
  }
}
