package dev.penstock.engine;

import dev.penstock.av.Timestamp;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Progress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Reads a running pipeline's progress. */
final class Meter {
  private final Pipeline pipeline;
  private final Starved starved = new Starved();
  private final RungMeter rungs;
  private final long began = System.nanoTime();

  Meter(Pipeline pipeline, Plan plan, MediaInfo input) {
    this.pipeline = pipeline;
    this.rungs = new RungMeter(plan, input);
    rungs.begun(pipeline.accounts());
  }

  Progress read() {
    double seconds = Math.max(1e-9, (System.nanoTime() - began) / 1e9);
    long micros = Math.max(0, pipeline.writing().positionMicros());
    Duration position = Timestamp.MICROSECONDS.toDuration(micros);
    double mediaSeconds = micros / 1e6;
    long frames = pipeline.accounts().videoFrames();
    long bytes = pipeline.writing().bytesWritten();
    OptionalDouble done = done(mediaSeconds);
    Progress progress =
        new Progress(
            done,
            frames,
            frames / seconds,
            mediaSeconds / seconds,
            position,
            Duration.ofNanos((long) (seconds * 1e9)),
            mediaSeconds > 0 ? bytes * 8 / mediaSeconds : 0,
            bytes,
            remaining(done, seconds));
    return rungs.show(
        progress.hindered(Optional.empty(), starved.now(List.of(pipeline.accounts()))),
        OptionalLong.empty());
  }

  private OptionalDouble done(double mediaSeconds) {
    Optional<Duration> total = pipeline.expectedDuration();
    return total.isEmpty() || total.get().isZero()
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.clamp(mediaSeconds / (total.get().toNanos() / 1e9), 0, 1));
  }

  private static Optional<Duration> remaining(OptionalDouble done, double seconds) {
    if (done.isEmpty() || done.getAsDouble() < 0.01) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos((long) (seconds * (1 / done.getAsDouble() - 1) * 1e9)));
  }
}
