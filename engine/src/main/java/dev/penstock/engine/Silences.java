package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Notices tracks of which nothing comes for a while, as subtitles by nature or sound that ends
 * early, so that the others need not wait for them.
 */
final class Silences {
  /** As far apart as tracks of a well interleaved file lie, and more. */
  private static final long LIMIT_MICROS = 5_000_000;

  private static final long STEP_MICROS = 1_000_000;

  private final Map<Integer, Long> heard = new HashMap<>();
  private long position = Long.MIN_VALUE;
  private long nextLook = Long.MIN_VALUE;

  Silences(Collection<Integer> tracks) {
    tracks.forEach(track -> heard.put(track, Long.MIN_VALUE));
  }

  /**
   * Takes note of a packet on the time line.
   *
   * @param continuous whether its track tells how far the input was read
   * @return the tracks that are silent, each with a time up to which nothing came
   */
  Map<Integer, Long> after(Packet packet, Rational timeBase, boolean continuous) {
    if (continuous && packet.dts() != Timestamp.NONE) {
      long micros = Timestamp.rescale(packet.dts(), timeBase, Timestamp.MICROSECONDS);
      position = Math.max(position, micros);
    }
    heard.put(packet.track(), position);
    return look();
  }

  private Map<Integer, Long> look() {
    Map<Integer, Long> silent = new HashMap<>();
    if (position < nextLook || position == Long.MIN_VALUE) {
      return silent;
    }
    nextLook = position + STEP_MICROS;
    heard.replaceAll((_, last) -> last == Long.MIN_VALUE ? position : last);
    heard.forEach((track, last) -> {
      if (position - last > LIMIT_MICROS) {
        silent.put(track, position - LIMIT_MICROS);
      }
    });
    return silent;
  }
}
