package dev.penstock.engine;

import dev.penstock.av.Packet;

/** Hands packets to a decoding stage. */
record LinkSink(Link<Packet> link) implements PacketSink {
  @Override
  public void take(Packet packet) {
    link.send(packet);
  }

  @Override
  public void end() {
    link.end();
  }

  /** What is in the link is the run's. */
  @Override
  public void close() {}
}
