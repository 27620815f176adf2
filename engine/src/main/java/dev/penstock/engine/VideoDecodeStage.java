package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.Optional;

/** Packets to frames of one video track, with the frames outside the wanted part dropped. */
final class VideoDecodeStage implements Run.Stage {
  private final Decoding decoding;
  private final Link<Packet> in;
  private final Link<Frame> out;
  private final Account account;
  private final boolean cutStart;
  private final long end;
  private long expected = Timestamp.NONE;

  /**
   * Frames get times in {@code timeBase}.
   *
   * @param cutStart whether frames before zero are unwanted
   * @param duration the wanted part
   */
  VideoDecodeStage(
      Decoding decoding,
      Link<Packet> in,
      Link<Frame> out,
      Account account,
      Rational timeBase,
      boolean cutStart,
      Optional<Duration> duration) {
    this.decoding = decoding;
    this.in = in;
    this.out = out;
    this.account = account;
    this.cutStart = cutStart;
    this.end = duration.map(d -> Timestamp.ticks(d, timeBase)).orElse(Long.MAX_VALUE);
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
    if ((cutStart && pts < 0) || pts >= end) {
      account.trimmed.incrementAndGet();
      frame.close();
      return;
    }
    out.send(frame);
  }
}
