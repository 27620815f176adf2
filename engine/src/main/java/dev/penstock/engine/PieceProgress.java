package dev.penstock.engine;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Progress;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Segmentation.Segment;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/** Progress of work that is not done from front to back: counted in pictures. */
final class PieceProgress {
  private PieceProgress() {}

  static Progress of(
      Segmentation segmentation, MediaInfo input, long frames, long bytes, Duration elapsed) {
    long all = Math.max(1, segmentation.segments().stream().mapToLong(Segment::frames).sum());
    double done = Math.clamp((double) frames / all, 0, 1);
    double seconds = Math.max(1e-9, elapsed.toNanos() / 1e9);
    double media = input.duration().map(d -> d.toNanos() / 1e9).orElse(0.0) * done;
    return new Progress(
        OptionalDouble.of(done),
        frames,
        frames / seconds,
        media / seconds,
        Duration.ofNanos((long) (media * 1e9)),
        elapsed,
        media > 0 ? bytes * 8 / media : 0,
        bytes,
        done < 0.01
            ? Optional.empty()
            : Optional.of(Duration.ofNanos((long) (seconds * (1 / done - 1) * 1e9))));
  }
}
