package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import java.util.Optional;

/** Packets to frames of one video track, with the frames outside the wanted part dropped. */
final class VideoDecodeStage implements Run.Stage {
  private final Decoding decoding;
  private final Link<Packet> in;
  private final Tee out;
  private final Account.Intake account;
  private final Window window;
  private long expected = Timestamp.NONE;

  /**
   * Frames keep their times.
   *
   * @param window the wanted part
   */
  VideoDecodeStage(
      Decoding decoding, Link<Packet> in, Tee out, Account.Intake account, Window window) {
    this.decoding = decoding;
    this.in = in;
    this.out = out;
    this.account = account;
    this.window = window;
  }

  @Override
  public void run() {
    try (decoding) {
      Optional<Packet> next = in.receive();
      while (next.isPresent()) {
        try (Packet packet = next.get()) {
          decoding.decode(packet, this::pass);
        }
        next = in.receive();
      }
      decoding.decode(null, this::pass);
    }
    out.end();
  }

  private void pass(Frame frame) {
    long pts = Decoding.timeOf(frame, expected);
    frame.setPts(pts);
    expected = pts + Math.max(1, frame.duration());
    account.decoded.incrementAndGet();
    if (!window.holds(pts)) {
      account.trimmed.incrementAndGet();
      frame.close();
      return;
    }
    out.send(frame);
  }
}
