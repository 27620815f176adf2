package dev.penstock.engine;

import dev.penstock.av.Demuxer;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Goes to a place from which every frame at or after a time can be decoded. Where a format has no
 * index, as MPEG-TS, libav lands anywhere before that time: if the next key frame then comes too
 * late, this goes back further.
 */
final class Seek {
  private static final Duration FIRST_STEP = Duration.ofSeconds(2);

  /** Read ahead to find the key frames. */
  private static final long MAX_BYTES = 64L << 20;

  private final Demuxer demuxer;
  private final Set<Integer> pictures;

  Seek(Demuxer demuxer, Set<Integer> pictures) {
    this.demuxer = demuxer;
    this.pictures = pictures;
  }

  /** Seeks for {@code start}, counted from the beginning of the file. */
  void to(Duration start) {
    Duration back = Duration.ZERO;
    demuxer.seek(start);
    while (!isEarlyEnough(start) && back.compareTo(start) < 0) {
      back = back.isZero() ? FIRST_STEP : back.multipliedBy(2);
      Duration target = start.minus(back);
      demuxer.seek(target.isNegative() ? Duration.ZERO : target);
    }
  }

  /** Whether each video track's next key frame is shown at or before {@code start}. */
  private boolean isEarlyEnough(Duration start) {
    long limit = demuxer.startMicros() + start.toNanos() / 1000;
    Set<Integer> missing = new HashSet<>(pictures);
    long bytes = 0;
    while (!missing.isEmpty() && bytes < MAX_BYTES) {
      Optional<Packet> next = demuxer.peek();
      if (next.isEmpty()) {
        return false;
      }
      try (Packet packet = next.get()) {
        bytes += packet.size();
        if (packet.isKey() && missing.remove(packet.track()) && micros(packet) > limit) {
          return false;
        }
      }
    }
    return missing.isEmpty();
  }

  private long micros(Packet packet) {
    Rational base = demuxer.timeBase(packet.track());
    return Timestamp.rescale(packet.pts(), base, Timestamp.MICROSECONDS);
  }
}
