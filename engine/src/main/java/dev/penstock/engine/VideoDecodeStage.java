package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Packets to frames of one video track, with the frames outside the wanted part dropped. The
 * picture on screen where that begins is shown from there.
 */
final class VideoDecodeStage implements Run.Stage {
  private final Decoding decoding;
  private final Link<Packet> in;
  private final Tee out;
  private final Account.Intake account;
  private final Window window;
  private @Nullable Frame before;
  private long expected = Timestamp.NONE;
  private long last = Timestamp.NONE;
  private long spacing = 1;
  private boolean past;

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
          decode(packet);
        }
        next = in.receive();
      }
      decode(null);
      endBefore();
    } finally {
      if (before != null) {
        before.close();
      }
    }
    out.end();
  }

  /** Pictures come in the order they are shown in: once one is past the end, all wanted are out. */
  private void decode(@Nullable Packet packet) {
    if (!past) {
      decoding.decode(packet, this::pass);
    }
  }

  private void pass(Frame frame) {
    try (frame) {
      long pts = Decoding.timeOf(frame, expected);
      frame.setPts(pts);
      expected = pts + Math.max(1, frame.duration());
      spacing = last == Timestamp.NONE ? 1 : Math.max(1, pts - last);
      last = pts;
      account.decoded.incrementAndGet();
      if (pts < window.start()) {
        hold(frame);
        return;
      }
      showBefore(pts, /* alone= */ false);
      if (pts >= window.end()) {
        account.trimmed.incrementAndGet();
        past = window.isOfSegment();
        return;
      }
      frame.setDuration(window.shown(pts, pts + frame.duration()));
      account.begins(pts);
      out.send(frame.move());
    }
  }

  private void hold(Frame frame) {
    if (before != null) {
      before.close();
      account.trimmed.incrementAndGet();
    }
    before = frame.move();
  }

  /** At the end of the track the frame before the window is shown for as long as it says. */
  private void endBefore() {
    if (before != null) {
      showBefore(last + (before.duration() > 0 ? before.duration() : spacing), /* alone= */ true);
    }
  }

  /**
   * Passes the frame before the window on, or drops it.
   *
   * @param until when it disappears
   */
  private void showBefore(long until, boolean alone) {
    Frame frame = before;
    if (frame == null) {
      return;
    }
    before = null;
    try (frame) {
      if (!window.beginsWith(until, alone)) {
        account.trimmed.incrementAndGet();
        return;
      }
      frame.setPts(window.start());
      frame.setDuration(window.shown(window.start(), until));
      account.begins(window.start());
      out.send(frame.move());
    }
  }
}
