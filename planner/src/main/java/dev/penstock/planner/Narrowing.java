package dev.penstock.planner;

import dev.penstock.model.Plan;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * What becomes of the options of a segment before which the decoder's buffer is emptier than it was
 * encoded for, where the encoder has no word for that. It is given so little room that it never
 * needs more than there is, and so few bits that the buffer is as full at its end as it should have
 * been at its beginning. Pure.
 */
public final class Narrowing {
  /** Even a buffer of low latency holds the bits of several pictures. */
  private static final double LEAST_SECONDS = 0.1;

  private Narrowing() {}

  /**
   * Options of a segment.
   *
   * @param full how full the buffer is when it begins, as a part of its size
   * @param seconds how long it is
   */
  public static SequencedMap<String, String> of(
      Plan.Joints joints, double full, double seconds, SequencedMap<String, String> options) {
    SequencedMap<String, String> all = new LinkedHashMap<>(options);
    if (full >= joints.fullness()) {
      return all;
    }
    double room = Math.max(full * joints.buffer(), LEAST_SECONDS * joints.rate());
    double missing = (joints.fullness() - full) * joints.buffer();
    all.computeIfPresent("bufsize", (_, given) -> least(given, room));
    all.computeIfPresent("b", (_, given) -> less(given, missing / seconds));
    return all;
  }

  private static String least(String one, double other) {
    return Long.toString(Math.min(Long.parseLong(one), Math.round(other)));
  }

  /** Never less than half: that would show more than a picture that comes late. */
  private static String less(String rate, double by) {
    double bits = Double.parseDouble(rate);
    return Long.toString(Math.round(Math.max(bits / 2, bits - by)));
  }
}
