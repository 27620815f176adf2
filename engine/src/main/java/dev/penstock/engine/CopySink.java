package dev.penstock.engine;

import dev.penstock.av.Demuxer;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.FailureException;
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
  private final Optional<AdtsChange> adts;

  /**
   * Announces the track to the mux stage at once: its parameters are those of the input.
   *
   * @param mark where the copied pictures begin; empty when nothing is cut off before them
   * @param adts looks at every packet
   */
  CopySink(
      Demuxer demuxer,
      Plan.Copy plan,
      int slot,
      Link<MuxItem> mux,
      CopyStart.Kind kind,
      Optional<CopyStart.Mark> mark,
      Optional<Duration> duration,
      Optional<AdtsChange> adts,
      Account account,
      LogScope log) {
    this.slot = slot;
    this.mux = mux;
    this.kind = kind;
    this.timeBase = demuxer.timeBase(plan.source());
    this.account = account;
    this.adts = adts;
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
    } else {
      adts.ifPresent(change -> check(change, packet));
    }
    Closing.handOver(decodingTimes.add(packet), this::cut);
  }

  private static void check(AdtsChange change, Packet packet) {
    try {
      change.check(packet);
    } catch (FailureException e) {
      packet.close();
      throw e;
    }
  }

  private void cut(Packet packet) {
    Closing.handOver(start.add(packet), this::cutEnd);
  }

  private void cutEnd(Packet packet) {
    Closing.handOver(behind.add(packet), this::pass);
  }

  private void pass(Packet packet) {
    boolean shown = kind == CopyStart.Kind.EVENTS || kind == CopyStart.Kind.PICTURES;
    if (shown && packet.pts() != Timestamp.NONE && packet.pts() < end) {
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
    Closing.handOver(start.end(), this::cutEnd);
    close();
    mux.send(new MuxItem.End(slot));
  }

  @Override
  public void close() {
    decodingTimes.abandon();
    start.abandon();
    behind.abandon();
    account.in.trimmed.set(start.left() + behind.left());
    account.unhidden.set(behind.unhidden());
  }
}
