package dev.penstock.engine;

import dev.penstock.av.Packet;

/** Delivers the packets of one source twice; they share the data. */
record FanSink(PacketSink one, PacketSink other) implements PacketSink {
  @Override
  public void take(Packet packet) {
    try (packet) {
      one.take(packet.share());
      other.take(packet.share());
    }
  }

  @Override
  public void reached(long micros) {
    one.reached(micros);
    other.reached(micros);
  }

  @Override
  public void end() {
    one.end();
    other.end();
  }

  @Override
  public void close() {
    try (one) {
      other.close();
    }
  }
}
