package dev.penstock.engine;

import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.util.concurrent.atomic.AtomicLong;

/** How far along the media a writer has come. Any thread. */
final class MediaPosition {
  private final AtomicLong micros = new AtomicLong();

  /** Something that begins at {@code start} and lasts {@code duration} was written. */
  void reached(long start, long duration, Rational base) {
    long end = start + Math.max(0, duration);
    micros.accumulateAndGet(Timestamp.rescale(end, base, Timestamp.MICROSECONDS), Math::max);
  }

  long micros() {
    return micros.get();
  }
}
