package dev.penstock.engine;

import dev.penstock.model.Report;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What happened to one track so far. Each counter is written by one stage and read by any thread.
 */
final class Account {
  final Intake in;
  final String kind;
  final String codec;
  final AtomicLong reshaped = new AtomicLong();
  final AtomicLong retimed = new AtomicLong();
  final AtomicLong unhidden = new AtomicLong();
  final AtomicLong encoded = new AtomicLong();
  final AtomicLong packetsOut = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();

  final Quantisers quantisers = new Quantisers();

  /** Whether its encoder has been opened. */
  final AtomicBoolean opened = new AtomicBoolean();

  /** What was handed to the container; not kept in spools. */
  final PacketLog written = new PacketLog();

  /** What was read and decoded of a source; shared by the tracks that are made of one decoding. */
  static final class Intake {
    final int source;
    final AtomicLong packets;
    final AtomicLong decoded = new AtomicLong();
    final AtomicLong damaged = new AtomicLong();
    final AtomicLong trimmed = new AtomicLong();

    /** When the first of what was decoded and wanted is shown or heard, in the source's unit. */
    final AtomicLong first = new AtomicLong(Long.MAX_VALUE);

    Intake(int source) {
      this(source, new AtomicLong());
    }

    private Intake(int source, AtomicLong packets) {
      this.source = source;
      this.packets = packets;
    }

    /** Of another decoding of the same packets. */
    Intake apart() {
      return new Intake(source, packets);
    }

    private List<AtomicLong> counters() {
      return List.of(packets, decoded, damaged, trimmed);
    }

    void begins(long time) {
      first.accumulateAndGet(time, Math::min);
    }

    void write(DataOutput out) throws IOException {
      Account.write(counters(), out);
      out.writeLong(first.get());
    }

    /** Adds what another run wrote. */
    void add(DataInput in) throws IOException {
      Account.add(counters(), in);
      begins(in.readLong());
    }
  }

  Account(Intake in, String kind, String codec) {
    this.in = in;
    this.kind = kind;
    this.codec = codec;
  }

  private List<AtomicLong> counters() {
    List<AtomicLong> all = new ArrayList<>(quantisers.counters());
    all.addAll(List.of(reshaped, retimed, unhidden, encoded, packetsOut, bytes));
    return all;
  }

  void write(DataOutput out) throws IOException {
    write(counters(), out);
  }

  /** Adds what another run wrote. */
  void add(DataInput in) throws IOException {
    add(counters(), in);
  }

  private static void write(List<AtomicLong> counters, DataOutput out) throws IOException {
    for (AtomicLong counter : counters) {
      out.writeLong(counter.get());
    }
  }

  private static void add(List<AtomicLong> counters, DataInput in) throws IOException {
    for (AtomicLong counter : counters) {
      counter.addAndGet(in.readLong());
    }
  }

  Report.TrackResult result() {
    // Only --fps changes the number of frames between decoder and encoder, the trim apart.
    long change = kind.equals("video") ? encoded.get() - (in.decoded.get() - in.trimmed.get()) : 0;
    return new Report.TrackResult(
        in.source,
        kind,
        codec,
        in.packets.get(),
        in.decoded.get(),
        in.damaged.get(),
        Math.max(0, change),
        in.trimmed.get() + Math.max(0, -change),
        encoded.get(),
        packetsOut.get(),
        bytes.get(),
        quantisers.average());
  }
}
