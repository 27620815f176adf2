package dev.penstock.engine;

import dev.penstock.av.Packet;

/** Where the demux stage delivers the packets of one track. Called on its thread. */
interface PacketSink extends AutoCloseable {
  /** Takes the packet over. */
  void take(Packet packet);

  /** Nothing follows. */
  void end();

  /** Frees what it still holds, whether or not the end was reached. */
  @Override
  void close();
}
