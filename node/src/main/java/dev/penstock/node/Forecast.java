package dev.penstock.node;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * When an attempt is about done, from what of it is done by now. What was there when it began says
 * nothing of how fast it is. The band is two standard deviations wide on each side, if what is left
 * is as what was done: how much pieces differ, and how few they are, makes it wide. One thread.
 */
final class Forecast {
  /** Fewer pieces say nothing of how they differ. */
  private static final int LEAST_PIECES = 3;

  private static final Duration WINDOW = Duration.ofSeconds(2);
  private static final int MOST_WINDOWS = 64;
  private static final double DEVIATIONS = 2;

  /** Neighbours in a film are alike, and what follows is not: no band is narrower. */
  private static final double LEAST_PART = 0.05;

  private static final double MOST_PART = 0.9;
  private static final double LEAST_DONE = 1e-6;

  private final List<Double> pieces = new ArrayList<>();
  private final List<Double> windows = new ArrayList<>();
  private boolean began;
  private Instant since = Instant.MIN;
  private Instant last = Instant.MIN;
  private Instant windowSince = Instant.MIN;
  private double first;
  private double done;
  private double windowFirst;

  /** From when to when. */
  record Band(Instant soonest, Instant latest) {}

  /** How far it is, 0 to 1. */
  void told(double part, Instant at) {
    if (!began || part < first) {
      began = true;
      since = at;
      first = part;
      windowSince = at;
      windowFirst = part;
    }
    done = part;
    last = at;
    if (Duration.between(windowSince, at).compareTo(WINDOW) >= 0) {
      if (part > windowFirst) {
        windows.add(seconds(windowSince, at) / (part - windowFirst));
        windowSince = at;
        windowFirst = part;
      }
      if (windows.size() > MOST_WINDOWS) {
        windows.removeFirst();
      }
    }
  }

  /** A piece of about the size of all others took so long. */
  void piece(Duration took) {
    pieces.add(took.toNanos() / 1e9);
  }

  /**
   * The band, as it is seen now.
   *
   * @param left pieces that are not done; 0 where it is not cut up
   */
  Optional<Band> band(int left, Instant now) {
    boolean byPieces = pieces.size() >= LEAST_PIECES && left > 0;
    List<Double> samples = byPieces ? pieces : windows;
    if (!began || done - first < LEAST_DONE || samples.size() < LEAST_PIECES) {
      return Optional.empty();
    }
    double rest = seconds(since, last) * (1 - done) / (done - first);
    double count = byPieces ? left : Math.max(1, rest / WINDOW.toSeconds());
    double part =
        Math.clamp(
            DEVIATIONS * spread(samples) * Math.sqrt(1 / count + 1.0 / samples.size()),
            LEAST_PART,
            MOST_PART);
    Instant soonest = after(last, rest * (1 - part));
    Instant latest = after(last, rest * (1 + part));
    return Optional.of(new Band(later(soonest, now), later(latest, now)));
  }

  /** How much they differ, as a part of their mean. */
  private static double spread(List<Double> samples) {
    double mean = samples.stream().mapToDouble(Double::doubleValue).average().orElse(0);
    double squares = samples.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    return mean > 0 ? Math.sqrt(squares / (samples.size() - 1)) / mean : 0;
  }

  private static Instant after(Instant from, double seconds) {
    return from.plusMillis(Math.round(seconds * 1000));
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private static double seconds(Instant from, Instant to) {
    return Duration.between(from, to).toNanos() / 1e9;
  }
}
