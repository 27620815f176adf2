package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import java.util.ArrayList;
import java.util.List;

/**
 * Leaves out what lies behind the wanted part of one copied track. A picture from behind it stays
 * when one within it follows in decoding order, because that one may be predicted from it. So does
 * a hidden one: what lies behind the end of an edit list is not part of the track.
 */
final class CopyEnd {
  private final long end;
  private final List<Packet> held = new ArrayList<>();
  private final List<Long> unhidden = new ArrayList<>();
  private long latest = Long.MIN_VALUE;
  private long left;

  /**
   * For packets in one time base.
   *
   * @param end first time that is not wanted; {@code Long.MAX_VALUE} for none
   */
  CopyEnd(long end) {
    this.end = end;
  }

  /** Takes a packet over and gives those, in order, that belong to the output. */
  List<Packet> add(Packet packet) {
    if (!packet.isHidden() && (packet.pts() == Timestamp.NONE || packet.pts() < end)) {
      held.add(packet);
      held.forEach(this::note);
      List<Packet> ready = List.copyOf(held);
      held.clear();
      return ready;
    }
    held.add(packet);
    if (packet.dts() >= end || (packet.dts() == Timestamp.NONE && !packet.isHidden())) {
      abandon();
    }
    return List.of();
  }

  private void note(Packet packet) {
    if (packet.isHidden()) {
      unhidden.add(packet.pts());
    } else {
      latest = Math.max(latest, packet.pts());
      unhidden.removeIf(pts -> pts < latest);
    }
  }

  /** Hidden packets behind all that is shown, which had to be passed on. */
  long unhidden() {
    return unhidden.size();
  }

  /** Leaves out what is held: nothing within the wanted part follows. */
  void abandon() {
    left += held.size();
    held.forEach(Packet::close);
    held.clear();
  }

  /** Packets left out so far. */
  long left() {
    return left;
  }
}
