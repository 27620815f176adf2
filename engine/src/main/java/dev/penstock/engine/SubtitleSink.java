package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.SubtitleConverter;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import java.time.Duration;
import java.util.Optional;

/** Converts text subtitles on the way. Sparse and cheap, so it works on the demux thread. */
final class SubtitleSink implements PacketSink {
  private final int slot;
  private final Link<MuxItem> mux;
  private final SubtitleConverter converter;
  private final Optional<Duration> duration;
  private final Account account;

  SubtitleSink(
      SubtitleConverter converter,
      int slot,
      Link<MuxItem> mux,
      Optional<Duration> duration,
      Account account,
      LogScope log) {
    this.converter = converter;
    this.slot = slot;
    this.mux = mux;
    this.duration = duration;
    this.account = account;
    mux.send(new MuxItem.Ready(slot, TrackParameters.of(converter, log)));
  }

  @Override
  public void take(Packet packet) {
    try (packet) {
      account.decoded.incrementAndGet();
      converter.convert(packet).ifPresent(this::pass);
    } catch (AvException damaged) {
      if (damaged.kind() == AvException.Kind.NO_MEMORY) {
        throw damaged;
      }
      account.damaged.incrementAndGet();
    }
  }

  private void pass(Packet converted) {
    Duration at = Timestamp.MICROSECONDS.toDuration(converted.pts());
    if (at.isNegative() || duration.map(end -> at.compareTo(end) >= 0).orElse(false)) {
      account.trimmed.incrementAndGet();
      converted.close();
      return;
    }
    account.encoded.incrementAndGet();
    mux.send(new MuxItem.Data(slot, converted, Timestamp.MICROSECONDS));
  }

  @Override
  public void end() {
    converter.close();
    mux.send(new MuxItem.End(slot));
  }
}
