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
  private final long end;
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
    this.end = duration.map(d -> Timestamp.ticks(d, Timestamp.MICROSECONDS)).orElse(Long.MAX_VALUE);
    this.account = account;
    mux.send(new MuxItem.Ready(slot, TrackParameters.of(converter, log)));
  }

  @Override
  public void take(Packet packet) {
    try (packet) {
      account.in.decoded.incrementAndGet();
      converter.convert(packet).ifPresent(this::pass);
    } catch (AvException damaged) {
      if (damaged.kind() == AvException.Kind.NO_MEMORY) {
        throw damaged;
      }
      account.in.damaged.incrementAndGet();
    }
  }

  /** Shown in the wanted part only, from where that begins to where it ends. */
  private void pass(Packet converted) {
    long from = converted.pts();
    long to = from + converted.duration();
    if (from >= end || (from < 0 && to <= 0)) {
      account.in.trimmed.incrementAndGet();
      converted.close();
      return;
    }
    long shown = Math.max(0, from);
    converted.setTimes(shown, shown, Math.min(to, end) - shown);
    account.encoded.incrementAndGet();
    mux.send(new MuxItem.Data(slot, converted, Timestamp.MICROSECONDS));
  }

  @Override
  public void reached(long micros) {
    mux.send(new MuxItem.Reached(slot, micros));
  }

  @Override
  public void end() {
    mux.send(new MuxItem.End(slot));
  }

  @Override
  public void close() {
    converter.close();
  }
}
