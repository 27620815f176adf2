package dev.penstock.engine;

import dev.penstock.av.Encoder;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The way from one encoder to the mux stage. */
final class EncoderOutput {
  private final int slot;
  private final Link<MuxItem> mux;
  private final Consumer<Packet> onPacket;
  private long lastPts = Timestamp.NONE;
  private long lastDuration;

  /**
   * Sends as the track {@code slot} of the plan.
   *
   * @param onPacket called for each packet, before it goes on
   */
  EncoderOutput(int slot, Link<MuxItem> mux, Consumer<Packet> onPacket) {
    this.slot = slot;
    this.mux = mux;
    this.onPacket = onPacket;
  }

  /** Announces the track; takes the parameters over. */
  void ready(TrackParameters parameters) {
    mux.send(new MuxItem.Ready(slot, parameters));
  }

  /** Feeds a frame, or null at the end, and passes on every packet that comes out. */
  void encode(Encoder encoder, @Nullable Frame frame) {
    if (frame != null) {
      lastPts = frame.pts();
      lastDuration = frame.width() > 0 ? frame.duration() : 0;
    }
    while (encoder.send(frame) == Flow.AGAIN) {
      if (drain(encoder) == 0) {
        throw new IllegalStateException(encoder.name() + " takes nothing and gives nothing");
      }
    }
    drain(encoder);
  }

  private int drain(Encoder encoder) {
    int packets = 0;
    while (true) {
      Packet packet = Packet.create();
      boolean got = false;
      try {
        got = encoder.receive(packet) == Flow.OK;
      } finally {
        if (!got) {
          packet.close();
        }
      }
      if (!got) {
        return packets;
      }
      packets++;
      keepLength(packet);
      onPacket.accept(packet);
      mux.send(new MuxItem.Data(slot, packet, encoder.timeBase()));
    }
  }

  /** Not all encoders tell how long the last picture is shown, which no other time tells. */
  private void keepLength(Packet packet) {
    if (lastDuration > 0 && packet.pts() == lastPts) {
      packet.setTimes(packet.pts(), packet.dts(), lastDuration);
    }
  }

  /** Nothing came for the track up to this time, in microseconds. */
  void reached(long micros) {
    mux.send(new MuxItem.Reached(slot, micros));
  }

  /** The track is over. */
  void end() {
    mux.send(new MuxItem.End(slot));
  }
}
