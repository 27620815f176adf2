package dev.penstock.engine;

import dev.penstock.av.Demuxer;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.Optional;

/** Passes the packets of the wanted part on as they are. */
final class CopySink implements PacketSink {
  private final int slot;
  private final Link<MuxItem> mux;
  private final Rational timeBase;
  private final Account account;
  private final CopyStart.Kind kind;
  private final long end;
  private final DecodingTimes decodingTimes = new DecodingTimes();
  private final CopyStart start;
  private final CopyEnd behind;

  /**
   * Announces the track to the mux stage at once: its parameters are those of the input.
   *
   * @param mark where the copied pictures begin; empty when nothing is cut off before them
   */
  CopySink(
      Demuxer demuxer,
      Plan.Copy plan,
      int slot,
      Link<MuxItem> mux,
      CopyStart.Kind kind,
      Optional<CopyStart.Mark> mark,
      Optional<Duration> duration,
      Account account,
      LogScope log) {
    this.slot = slot;
    this.mux = mux;
    this.kind = kind;
    this.timeBase = demuxer.timeBase(plan.source());
    this.account = account;
    this.start =
        mark.map(m -> new CopyStart(kind, m, timeBase))
            .orElseGet(
                () -> new CopyStart(CopyStart.Kind.TIMELESS, CopyStart.Mark.ofZero(), timeBase));
    this.end = duration.map(d -> Timestamp.ticks(d, timeBase)).orElse(Long.MAX_VALUE);
    this.behind = new CopyEnd(end);
    mux.send(new MuxItem.Ready(slot, TrackParameters.of(demuxer, plan.source(), log)));
  }

  @Override
  public void take(Packet packet) {
    if (packet.isCorrupt()) {
      account.in.damaged.incrementAndGet();
    }
    Closing.handOver(decodingTimes.add(packet), this::cut);
  }

  private void cut(Packet packet) {
    Closing.handOver(start.add(packet), wanted -> Closing.handOver(behind.add(wanted), this::pass));
  }

  private void pass(Packet packet) {
    if (kind == CopyStart.Kind.EVENTS && packet.pts() != Timestamp.NONE) {
      long length = Math.min(packet.duration(), end - packet.pts());
      packet.setTimes(packet.pts(), packet.dts(), length);
    }
    mux.send(new MuxItem.Data(slot, packet, timeBase));
  }

  @Override
  public void reached(long micros) {
    mux.send(new MuxItem.Reached(slot, micros));
  }

  @Override
  public void end() {
    Closing.handOver(decodingTimes.end(), this::cut);
    close();
    mux.send(new MuxItem.End(slot));
  }

  @Override
  public void close() {
    decodingTimes.abandon();
    start.abandon();
    behind.abandon();
    account.in.trimmed.set(start.left() + behind.left());
  }
}
