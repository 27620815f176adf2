package dev.penstock.av;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Short ways to read a file in tests. */
final class Media {
  private Media() {}

  static Interrupt patient() {
    return Interrupt.of(() -> false, Duration.ofSeconds(30));
  }

  static Demuxer open(Path file, Interrupt interrupt) {
    return open(file, interrupt, LogScope.silent());
  }

  static Demuxer open(Path file, Interrupt interrupt, LogScope log) {
    return Demuxer.open(Location.of(file.toString()), interrupt, log);
  }

  /** What one packet is, for comparison. */
  record Seen(int track, long dts, int size, int hash) {
    static Seen of(Packet packet) {
      return new Seen(
          packet.track(), packet.dts(), packet.size(), java.util.Arrays.hashCode(packet.bytes()));
    }
  }

  /** Every packet that is left. */
  static List<Seen> rest(Demuxer demuxer) {
    List<Seen> seen = new ArrayList<>();
    try (Packet packet = Packet.create()) {
      while (demuxer.read(packet)) {
        seen.add(Seen.of(packet));
      }
    }
    return seen;
  }

  static List<Seen> packets(Path file) {
    try (Interrupt interrupt = patient();
        Demuxer demuxer = open(file, interrupt)) {
      return rest(demuxer);
    }
  }

  /** Decodes the rest of a track; returns how many frames there were. Errors are skipped over. */
  static int decode(Demuxer demuxer, Decoder decoder, int track) {
    int frames = 0;
    try (Packet packet = Packet.create();
        Frame frame = Frame.create()) {
      while (demuxer.read(packet)) {
        if (packet.track() == track) {
          try {
            Flow _ = decoder.send(packet);
          } catch (AvException damaged) {
            continue;
          }
          frames += drain(decoder, frame);
        }
      }
      Flow _ = decoder.send(null);
      frames += drain(decoder, frame);
    }
    return frames;
  }

  private static int drain(Decoder decoder, Frame frame) {
    int frames = 0;
    while (true) {
      try {
        if (decoder.receive(frame) != Flow.OK) {
          return frames;
        }
        frames++;
      } catch (AvException damaged) {
        // Seen in the log.
      }
    }
  }
}
