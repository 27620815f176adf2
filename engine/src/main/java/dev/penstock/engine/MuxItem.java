package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Rational;

/** What tracks send to the mux stage. {@code slot} is the track's place in the plan. */
sealed interface MuxItem extends AutoCloseable {
  int slot();

  @Override
  void close();

  /** The track knows what it is. Comes before its data. */
  record Ready(int slot, TrackParameters parameters) implements MuxItem {
    @Override
    public void close() {
      parameters.close();
    }
  }

  /** A packet with its times in {@code timeBase}. */
  record Data(int slot, Packet packet, Rational timeBase) implements MuxItem {
    @Override
    public void close() {
      packet.close();
    }
  }

  /**
   * The input was read up to this time and nothing came for the track. What follows is taken for
   * later.
   */
  record Reached(int slot, long micros) implements MuxItem {
    @Override
    public void close() {}
  }

  /** The track is over. */
  record End(int slot) implements MuxItem {
    @Override
    public void close() {}
  }
}
