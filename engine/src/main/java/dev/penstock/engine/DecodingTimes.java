package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fills in decoding times that a container does not store. Matroska has none, and libav can only
 * work them out from the second or third packet on; the ones before would otherwise be taken for
 * presentation times, which lie later where frames are reordered.
 */
final class DecodingTimes {
  /** More frames than any codec reorders. */
  private static final int MOST = 32;

  private final List<Packet> waiting = new ArrayList<>();
  private boolean known;

  /** Takes a packet over and gives those, in order, that now have a decoding time. */
  List<Packet> add(Packet packet) {
    if (known) {
      return List.of(packet);
    }
    if (packet.dts() == Timestamp.NONE && packet.pts() != Timestamp.NONE && waiting.size() < MOST) {
      waiting.add(packet);
      return List.of();
    }
    known = true;
    if (packet.dts() != Timestamp.NONE) {
      countBack(packet.dts());
    }
    waiting.add(packet);
    return taken();
  }

  /** What still waits when nothing follows. */
  List<Packet> end() {
    countUp();
    return taken();
  }

  private void countBack(long next) {
    long dts = next;
    for (Packet packet : waiting.reversed()) {
      dts = Math.min(dts - Math.max(1, packet.duration()), packet.pts());
      packet.setTimes(packet.pts(), dts, packet.duration());
    }
  }

  /** Too few packets for libav to tell: decoded as far apart as they are shown. */
  private void countUp() {
    long[] times = waiting.stream().mapToLong(Packet::pts).toArray();
    long[] sorted = times.clone();
    Arrays.sort(sorted);
    long late = 0;
    for (int i = 0; i < times.length; i++) {
      late = Math.max(late, sorted[i] - times[i]);
    }
    for (int i = 0; i < times.length; i++) {
      Packet packet = waiting.get(i);
      packet.setTimes(packet.pts(), sorted[i] - late, packet.duration());
    }
  }

  private List<Packet> taken() {
    List<Packet> ready = List.copyOf(waiting);
    waiting.clear();
    return ready;
  }

  /** Closes what waits, when the run was stopped. */
  void abandon() {
    waiting.forEach(Packet::close);
    waiting.clear();
  }
}
