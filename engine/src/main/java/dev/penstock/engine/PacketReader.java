package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Packet;
import java.util.concurrent.atomic.AtomicLong;

/** Reads the packets of an input, past damage unless {@code strict}. */
final class PacketReader {
  private static final int MAX_DAMAGED_IN_A_ROW = 100;

  private final Demuxer demuxer;
  private final boolean strict;
  private final Runnable check;
  private final AtomicLong unreadable = new AtomicLong();

  /**
   * @param check called at each damaged place; what it throws ends the reading
   */
  PacketReader(Demuxer demuxer, boolean strict, Runnable check) {
    this.demuxer = demuxer;
    this.strict = strict;
    this.check = check;
  }

  /** Fills the packet with the next one; where nothing but damage follows, that is the end. */
  boolean read(Packet packet) {
    for (int i = 0; i < MAX_DAMAGED_IN_A_ROW; i++) {
      try {
        return demuxer.read(packet);
      } catch (AvException e) {
        if (strict || !isDamage(e)) {
          throw e;
        }
        unreadable.incrementAndGet();
        check.run();
      }
    }
    return false;
  }

  /** A damaged size looks like a want of memory. */
  private static boolean isDamage(AvException e) {
    return e.kind() == AvException.Kind.INVALID_DATA || e.kind() == AvException.Kind.NO_MEMORY;
  }

  /** Places that could not be read. Any thread. */
  long unreadable() {
    return unreadable.get();
  }
}
