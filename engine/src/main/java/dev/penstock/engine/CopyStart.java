package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Leaves out what lies before the wanted part of one copied track, which begins at zero. Copied
 * pictures begin at the last key frame at or before it, and copied sound with them, because
 * decoding cannot begin anywhere else; copied sound beside encoded pictures begins with the packet
 * that is playing at zero.
 */
final class CopyStart {
  /** What is cut, and how. */
  enum Kind {
    PICTURES,
    SOUND,
    /** Subtitles: shown for a time, any of them alone. */
    EVENTS,
    /** No packets that mean a time. */
    TIMELESS
  }

  /** Where the copied pictures of a job begin; what they share with the sound. */
  static final class Mark {
    private long micros;

    private Mark(long micros) {
      this.micros = micros;
    }

    /** For a job that copies pictures: unknown until their key frame was seen. */
    static Mark ofPictures() {
      return new Mark(Long.MIN_VALUE);
    }

    /** For a job that copies none. */
    static Mark ofZero() {
      return new Mark(0);
    }
  }

  private final Kind kind;
  private final Mark mark;
  private final Rational timeBase;
  private final ArrayDeque<Packet> held = new ArrayDeque<>();
  private boolean passed;
  private long left;

  CopyStart(Kind kind, Mark mark, Rational timeBase) {
    this.kind = kind;
    this.mark = mark;
    this.timeBase = timeBase;
    this.passed = kind == Kind.TIMELESS;
  }

  /** Takes a packet over and gives those, in order, that belong to the output. */
  List<Packet> add(Packet packet) {
    if (passed || packet.pts() == Timestamp.NONE) {
      return List.of(packet);
    }
    return switch (kind) {
      case PICTURES -> picture(packet);
      case SOUND -> sound(packet);
      case EVENTS -> event(packet);
      case TIMELESS -> List.of(packet);
    };
  }

  private List<Packet> picture(Packet packet) {
    if (packet.isKey() && packet.pts() <= 0) {
      abandon();
      mark.micros = Timestamp.rescale(packet.pts(), timeBase, Timestamp.MICROSECONDS);
    }
    if (held.isEmpty() && !packet.isKey()) {
      leave(packet);
      return List.of();
    }
    held.add(packet);
    return packet.pts() < 0 ? List.of() : pass();
  }

  private List<Packet> sound(Packet packet) {
    long end = endMicros(packet);
    held.add(packet);
    while (!held.isEmpty() && endMicros(held.peek()) <= mark.micros) {
      leave(held.remove());
    }
    return end <= 0 ? List.of() : pass();
  }

  /** One that is being shown at zero is shown from there. */
  private List<Packet> event(Packet packet) {
    long end = packet.pts() + packet.duration();
    if (packet.pts() >= 0) {
      return List.of(packet);
    }
    if (end <= 0) {
      leave(packet);
      return List.of();
    }
    packet.setTimes(0, 0, end);
    return List.of(packet);
  }

  private long endMicros(Packet packet) {
    return Timestamp.rescale(packet.pts() + packet.duration(), timeBase, Timestamp.MICROSECONDS);
  }

  private List<Packet> pass() {
    passed = true;
    List<Packet> ready = List.copyOf(held);
    held.clear();
    return ready;
  }

  /** At the end of the track: gives those that are shown at zero, though none follows. */
  List<Packet> end() {
    boolean shown =
        kind == Kind.PICTURES
            && held.stream().anyMatch(packet -> packet.pts() + packet.duration() > 0);
    if (shown) {
      return pass();
    }
    abandon();
    return List.of();
  }

  private void leave(Packet packet) {
    left++;
    packet.close();
  }

  /** Leaves out what is held: nothing of it is wanted. */
  void abandon() {
    held.forEach(this::leave);
    held.clear();
  }

  /** Packets left out so far. */
  long left() {
    return left;
  }
}
