package dev.penstock.engine;

import dev.penstock.av.Packet;

/**
 * Hands packets to a decoding stage.
 *
 * @param marks whether the stage takes {@linkplain #isMark marks}
 */
record LinkSink(Link<Packet> link, boolean marks) implements PacketSink {
  private static final int NO_TRACK = -1;

  /** Whether it is no packet but says, in microseconds, how far the input was read. */
  static boolean isMark(Packet packet) {
    return packet.track() == NO_TRACK;
  }

  @Override
  public void take(Packet packet) {
    link.send(packet);
  }

  @Override
  public void reached(long micros) {
    if (marks) {
      Packet mark = Packet.create();
      mark.setTrack(NO_TRACK);
      mark.setTimes(micros, micros, 0);
      link.send(mark);
    }
  }

  @Override
  public void end() {
    link.end();
  }

  /** What is in the link is the run's. */
  @Override
  public void close() {}
}
