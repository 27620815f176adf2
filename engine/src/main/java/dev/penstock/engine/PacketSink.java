package dev.penstock.engine;

import dev.penstock.av.Packet;

/** Where the demux stage delivers the packets of one track. Called on its thread. */
interface PacketSink extends AutoCloseable {
  /** Takes the packet over. */
  void take(Packet packet);

  /** The input was read up to this time, in microseconds, and nothing came for a while. */
  void reached(long micros);

  /** Nothing follows. */
  void end();

  /** Frees what it still holds, whether or not the end was reached. */
  @Override
  void close();
}
