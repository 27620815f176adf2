package dev.penstock.engine;

import dev.penstock.model.Report;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What happened to one track so far. Each counter is written by one stage and read by any thread.
 */
final class Account {
  final int source;
  final String kind;
  final String codec;
  final AtomicLong packetsIn = new AtomicLong();
  final AtomicLong decoded = new AtomicLong();
  final AtomicLong damaged = new AtomicLong();
  final AtomicLong trimmed = new AtomicLong();
  final AtomicLong reshaped = new AtomicLong();
  final AtomicLong retimed = new AtomicLong();
  final AtomicLong encoded = new AtomicLong();
  final AtomicLong packetsOut = new AtomicLong();
  final AtomicLong bytes = new AtomicLong();

  Account(int source, String kind, String codec) {
    this.source = source;
    this.kind = kind;
    this.codec = codec;
  }

  Report.TrackResult result() {
    // Only --fps changes the number of frames between decoder and encoder, the trim apart.
    long change = kind.equals("video") ? encoded.get() - (decoded.get() - trimmed.get()) : 0;
    return new Report.TrackResult(
        source,
        kind,
        codec,
        packetsIn.get(),
        decoded.get(),
        damaged.get(),
        Math.max(0, change),
        trimmed.get() + Math.max(0, -change),
        encoded.get(),
        packetsOut.get(),
        bytes.get());
  }
}
