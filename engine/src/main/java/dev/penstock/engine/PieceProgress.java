package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Progress;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Progress of work that is not done from front to back: counted in pictures. */
final class PieceProgress {
  private PieceProgress() {}

  /**
   * @param all how many pictures there are; where that is unknown it is worked out from the rate
   */
  static Progress of(OptionalLong all, MediaInfo input, long frames, long bytes, Duration elapsed) {
    OptionalDouble done = done(all.isPresent() ? all : estimated(input), frames);
    double seconds = Math.max(1e-9, elapsed.toNanos() / 1e9);
    double media = input.duration().map(d -> d.toNanos() / 1e9).orElse(0.0) * done.orElse(0);
    return new Progress(
        done,
        frames,
        frames / seconds,
        media / seconds,
        Duration.ofNanos((long) (media * 1e9)),
        elapsed,
        media > 0 ? bytes * 8 / media : 0,
        bytes,
        remaining(done, seconds));
  }

  private static OptionalLong estimated(MediaInfo input) {
    return input.video().stream()
        .filter(track -> track.frameRate().isPresent() && input.duration().isPresent())
        .mapToLong(track ->
            (long) (track.frameRate().get().value() * input.duration().get().toNanos() / 1e9))
        .findFirst();
  }

  private static OptionalDouble done(OptionalLong all, long frames) {
    return all.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.clamp((double) frames / Math.max(1, all.getAsLong()), 0, 1));
  }

  private static Optional<Duration> remaining(OptionalDouble done, double seconds) {
    return done.orElse(0) < 0.01
        ? Optional.empty()
        : Optional.of(Duration.ofNanos((long) (seconds * (1 / done.getAsDouble() - 1) * 1e9)));
  }
}
