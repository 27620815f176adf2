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

/** Passes packets on as they are. */
final class CopySink implements PacketSink {
  private final int slot;
  private final Link<MuxItem> mux;
  private final Rational timeBase;
  private final Optional<Duration> duration;
  private final Account account;

  /** Announces the track to the mux stage at once: its parameters are those of the input. */
  CopySink(
      Demuxer demuxer,
      Plan.Copy plan,
      int slot,
      Link<MuxItem> mux,
      Optional<Duration> duration,
      Account account,
      LogScope log) {
    this.slot = slot;
    this.mux = mux;
    this.timeBase = demuxer.timeBase(plan.source());
    this.duration = duration;
    this.account = account;
    mux.send(new MuxItem.Ready(slot, TrackParameters.of(demuxer, plan.source(), log)));
  }

  @Override
  public void take(Packet packet) {
    if (packet.isCorrupt()) {
      account.damaged.incrementAndGet();
    }
    if (isPastEnd(packet)) {
      account.trimmed.incrementAndGet();
      packet.close();
      return;
    }
    mux.send(new MuxItem.Data(slot, packet, timeBase));
  }

  private boolean isPastEnd(Packet packet) {
    return duration.isPresent()
        && packet.pts() != Timestamp.NONE
        && timeBase.toDuration(packet.pts()).compareTo(duration.get()) >= 0;
  }

  @Override
  public void end() {
    mux.send(new MuxItem.End(slot));
  }
}
