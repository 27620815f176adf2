package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.engine.MuxItem.Data;
import java.util.ArrayDeque;
import java.util.Optional;

/**
 * One order for the packets of all tracks, by decoding time. It follows from the packets alone and
 * not from which stage was faster: a packet is given only when every other track has shown that it
 * has nothing earlier.
 */
final class Interleaving implements AutoCloseable {
  private final Track[] tracks;
  private long bytes;

  /** Packets of one track that wait for those of others. */
  private static final class Track {
    final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    long floor = Long.MIN_VALUE;
    boolean ended;
  }

  /**
   * A packet and its place in the order.
   *
   * @param micros decoding time, or that of an earlier packet or mark where this one is late
   */
  private record Waiting(Data data, long micros) {}

  Interleaving(int tracks) {
    this.tracks = new Track[tracks];
    for (int i = 0; i < tracks; i++) {
      this.tracks[i] = new Track();
    }
  }

  /** Takes a packet over. */
  void add(Data data) {
    Track track = tracks[data.slot()];
    Packet packet = data.packet();
    long time = packet.dts() == Timestamp.NONE ? packet.pts() : packet.dts();
    if (time != Timestamp.NONE) {
      raise(track, Timestamp.rescale(time, data.timeBase(), Timestamp.MICROSECONDS));
    }
    track.waiting.add(new Waiting(data, track.floor));
    bytes += packet.size();
  }

  /** What follows of this track counts as not earlier than that. */
  void reached(int slot, long micros) {
    raise(tracks[slot], micros);
  }

  private static void raise(Track track, long micros) {
    track.floor = Math.max(track.floor, micros);
  }

  /** Nothing follows of this track. */
  void end(int slot) {
    tracks[slot].ended = true;
  }

  /** The next packet, if it is known by now; the caller closes it. */
  Optional<Data> next() {
    Optional<Track> first = first();
    return first.filter(this::isNext).map(this::remove);
  }

  /** The earliest packet there is, although an earlier one may come. */
  Optional<Data> earliest() {
    return first().map(this::remove);
  }

  /** The track with the earliest packet; of equals the one that stands first in the plan. */
  private Optional<Track> first() {
    Track first = null;
    for (Track track : tracks) {
      if (!track.waiting.isEmpty() && (first == null || head(track) < head(first))) {
        first = track;
      }
    }
    return Optional.ofNullable(first);
  }

  private boolean isNext(Track first) {
    for (Track track : tracks) {
      if (track.waiting.isEmpty() && !track.ended && track.floor <= head(first)) {
        return false;
      }
    }
    return true;
  }

  private static long head(Track track) {
    return track.waiting.element().micros();
  }

  private Data remove(Track track) {
    Data data = track.waiting.remove().data();
    bytes -= data.packet().size();
    return data;
  }

  /** Bytes of the packets that wait. */
  long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    for (Track track : tracks) {
      track.waiting.forEach(waiting -> waiting.data().close());
      track.waiting.clear();
    }
  }
}
