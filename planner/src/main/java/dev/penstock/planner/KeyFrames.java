package dev.penstock.planner;

import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.Optional;

/**
 * Where key frames go.
 *
 * @param interval longest distance in frames, as the encoder counts
 * @param grid the distance in time where frames cannot be counted, or must fall where others do
 * @param onlyThere whether the encoder puts none anywhere else
 */
record KeyFrames(int interval, Optional<Duration> grid, boolean onlyThere) {
  KeyFrames(int interval, Optional<Duration> grid) {
    this(interval, grid, /* onlyThere= */ false);
  }

  /** The same on all rungs of a ladder. */
  static KeyFrames aligned(Duration grid) {
    return new KeyFrames(MOST, Optional.of(grid), /* onlyThere= */ true);
  }

  private static final Duration DEFAULT = Duration.ofSeconds(5);

  private static final int MOST = 100_000;

  /** Assumed where neither container nor frames tell a rate: only bounds the interval. */
  private static final double RATE_UNKNOWN = 60;

  static KeyFrames of(JobSpec.Video asked, Track.Video track, Timing timing, Ledger ledger) {
    Gop gop = asked.gop().orElse(new Gop.Time(DEFAULT));
    KeyFrames keys =
        switch (gop) {
          case Gop.Frames(int count) -> new KeyFrames(checked(count, ledger), Optional.empty());
          case Gop.Time(Duration length) -> ofTime(length, timing, ledger);
        };
    ledger.decide(VideoTracks.subject(track) + ", key frames", keys.choice(), because(asked, keys));
    return keys;
  }

  private static int checked(int count, Ledger ledger) {
    if (count < 1) {
      refuse(count + " frames", ledger);
    }
    return Math.max(1, count);
  }

  private static KeyFrames ofTime(Duration length, Timing timing, Ledger ledger) {
    if (length.isZero() || length.isNegative()) {
      refuse(length.toString(), ledger);
      return new KeyFrames(1, Optional.empty());
    }
    double seconds = length.toNanos() / 1e9;
    Optional<Rational> rate = timing.frameRate();
    if (timing.constant() && rate.isPresent()) {
      return new KeyFrames(frames(seconds * rate.get().value()), Optional.empty());
    }
    double assumed = rate.map(Rational::value).orElse(RATE_UNKNOWN);
    return new KeyFrames(frames(2 * seconds * assumed), Optional.of(length));
  }

  private static int frames(double count) {
    return Math.clamp(Math.round(count), 1, MOST);
  }

  private static void refuse(String asked, Ledger ledger) {
    ledger.refuse(
        "--gop",
        asked + " is not a distance",
        "key frames are at least one frame apart",
        "give a number of frames such as 250, or a time such as 2s");
  }

  private String choice() {
    return grid.map(length -> "forced every " + seconds(length) + " s")
        .orElse("at most " + interval + " frames apart");
  }

  private static String because(JobSpec.Video asked, KeyFrames keys) {
    String who = asked.gop().isPresent() ? "--gop asks for it" : "seeking stays quick at 5 s";
    return keys.grid().isPresent()
        ? who + "; the frame rate varies, so time is counted instead of frames"
        : who;
  }

  static String seconds(Duration length) {
    return new java.math.BigDecimal(length.toNanos())
        .movePointLeft(9)
        .stripTrailingZeros()
        .toPlainString();
  }
}
