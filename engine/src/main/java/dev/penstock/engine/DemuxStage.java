package dev.penstock.engine;

import dev.penstock.av.Demuxer;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads packets, puts them on the time line and delivers them, until the end or the end of the
 * wanted part.
 */
final class DemuxStage implements Run.Stage {
  /**
   * Read on past the wanted part: frames come in decoding order, and tracks are not quite in step.
   */
  private static final Duration OVERRUN = Duration.ofSeconds(1);

  private final Demuxer demuxer;
  private final Run run;
  private final Timeline timeline;
  private final Map<Integer, PacketSink> sinks;
  private final Set<Integer> continuous;
  private final Map<Integer, Account.Intake> accounts;
  private final Optional<Duration> duration;
  private final Set<Integer> finished = new HashSet<>();
  private final Silences silences;
  private final PacketReader reader;

  DemuxStage(
      Demuxer demuxer,
      Run run,
      Timeline timeline,
      Map<Integer, PacketSink> sinks,
      Set<Integer> continuous,
      Map<Integer, Account.Intake> accounts,
      Optional<Duration> duration,
      boolean strict) {
    this.demuxer = demuxer;
    this.run = run;
    this.timeline = timeline;
    this.sinks = sinks;
    this.continuous = continuous;
    this.accounts = accounts;
    this.duration = duration;
    this.reader = new PacketReader(demuxer, strict, run::check);
    this.silences = new Silences(sinks.keySet());
  }

  @Override
  public void run() {
    try (var _ = demuxer.bindLog();
        Packet packet = Packet.create()) {
      while (!isPastEnd() && reader.read(packet)) {
        run.check();
        deliver(packet);
        packet.clear();
      }
      sinks.values().forEach(PacketSink::end);
    } finally {
      sinks.values().forEach(PacketSink::close);
    }
  }

  /** Places that could not be read. Any thread. */
  long unreadable() {
    return reader.unreadable();
  }

  private void deliver(Packet packet) {
    int track = packet.track();
    PacketSink sink = sinks.get(track);
    timeline.place(packet, continuous.contains(track));
    if (sink == null) {
      return;
    }
    Account.Intake account = accounts.get(track);
    if (account != null) {
      account.packets.incrementAndGet();
    }
    noteEnd(packet);
    Map<Integer, Long> silent =
        silences.after(packet, demuxer.timeBase(track), continuous.contains(track));
    sink.take(packet.move());
    silent.forEach(this::tellReached);
  }

  private void tellReached(int track, long micros) {
    PacketSink sink = sinks.get(track);
    if (sink != null) {
      sink.reached(micros);
    }
  }

  private void noteEnd(Packet packet) {
    if (duration.isPresent() && packet.dts() != Timestamp.NONE) {
      Rational base = demuxer.timeBase(packet.track());
      if (base.toDuration(packet.dts()).compareTo(duration.get().plus(OVERRUN)) > 0) {
        finished.add(packet.track());
      }
    }
  }

  private boolean isPastEnd() {
    return duration.isPresent() && !continuous.isEmpty() && finished.containsAll(continuous);
  }
}
