package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.engine.Pairing.Match;
import dev.penstock.engine.Pairing.Timed;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Pairs the frames of two videos and has each pair measured. */
final class CompareStage implements Run.Stage {
  private final Source reference;
  private final Source copy;
  private final Window window;
  private final Measurement measurement;
  private final Counts counts;

  /**
   * Frames and how to find their times.
   *
   * @param shift microseconds added to every time
   */
  record Source(VideoReading reading, Link<Frame> frames, long shift) {
    Optional<Timed<Frame>> next() {
      return frames.receive().map(frame -> new Timed<>(reading.micros(frame) + shift, frame));
    }
  }

  /** The times that count, in microseconds; what lies beside them may only be a partner. */
  record Window(long start, long end) {
    boolean holds(Timed<Frame> frame) {
      return frame.micros() >= start && frame.micros() < end;
    }
  }

  /** What was found so far. Written by the stage, read by any thread. */
  static final class Counts {
    final AtomicLong pairs = new AtomicLong();
    final AtomicLong missing = new AtomicLong();
    final AtomicLong extra = new AtomicLong();

    /** Microseconds. */
    final AtomicLong position = new AtomicLong();
  }

  CompareStage(
      Source reference, Source copy, Window window, Measurement measurement, Counts counts) {
    this.reference = reference;
    this.copy = copy;
    this.window = window;
    this.measurement = measurement;
    this.counts = counts;
  }

  @Override
  public void run() {
    try (Pairing<Frame> pairing = new Pairing<>(reference::next, copy::next)) {
      Optional<Match<Frame>> next = pairing.next();
      while (next.isPresent()) {
        try (Match<Frame> match = next.get()) {
          take(match);
        }
        next = pairing.next();
      }
    }
  }

  private void take(Match<Frame> match) {
    switch (match) {
      case Match.Both<Frame>(Timed<Frame> a, Timed<Frame> b) -> {
        if (window.holds(a)) {
          measurement.take(a.micros(), a.item(), b.item());
          counts.pairs.incrementAndGet();
          counts.position.set(a.micros());
        }
      }
      case Match.OnlyReference<Frame>(Timed<Frame> a) -> {
        if (window.holds(a)) {
          counts.missing.incrementAndGet();
          counts.position.set(a.micros());
        }
      }
      case Match.OnlyCopy<Frame>(Timed<Frame> b) -> {
        if (window.holds(b)) {
          counts.extra.incrementAndGet();
        }
      }
    }
  }
}
