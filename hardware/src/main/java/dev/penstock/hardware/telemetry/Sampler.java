package dev.penstock.hardware.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Takes snapshots of the GPUs that its sources know. Owns the sources and closes them. */
public final class Sampler implements AutoCloseable {
  /** How often a snapshot is taken unless somebody wants another period. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final List<Source> sources;
  private final InstantSource clock;

  public Sampler(List<Source> sources, InstantSource clock) {
    this.sources = List.copyOf(sources);
    this.clock = clock;
  }

  /** Reads everything once. */
  public Snapshot sample() {
    Instant now = clock.instant();
    return new Snapshot(now, sources.stream().map(source -> source.read(now)).toList());
  }

  /** Whether the first snapshot lacks loads that the second one has. */
  public boolean needsTwoSamples() {
    return sources.stream().anyMatch(Source::needsTwoReadings);
  }

  /**
   * Takes a snapshot every period, on this thread. The times do not drift; what a slow driver made
   * late is left out.
   *
   * @param isOver whether to stop, asked after each snapshot and while waiting for the next
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public void run(Duration period, Consumer<Snapshot> reader, BooleanSupplier isOver)
      throws InterruptedException {
    long step = Math.max(1, period.toNanos());
    long next = System.nanoTime();
    do {
      reader.accept(sample());
      long late = Math.max(0, System.nanoTime() - next);
      next += step * (1 + late / step);
      waitUntil(next, isOver);
    } while (!isOver.getAsBoolean());
  }

  private static void waitUntil(long time, BooleanSupplier isOver) throws InterruptedException {
    for (long left = time - System.nanoTime();
        left > 0 && !isOver.getAsBoolean();
        left = time - System.nanoTime()) {
      TimeUnit.NANOSECONDS.sleep(Math.min(left, PATIENCE.toNanos()));
    }
  }

  @Override
  public void close() {
    sources.forEach(Source::close);
  }
}
