package dev.penstock.hardware.telemetry;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Takes snapshots of the GPUs that its sources know. Owns the sources and closes them. */
public final class Sampler implements AutoCloseable {
  /** How often a snapshot is taken unless somebody wants another period. */
  public static final Duration PERIOD = Duration.ofSeconds(1);

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
   * Takes a snapshot every period, on this thread, until nobody wants more. The times do not drift;
   * what a slow driver made late is left out.
   *
   * @param wantsMore is given each snapshot and says whether to go on
   * @throws InterruptedException when the thread is interrupted while it waits
   */
  public void run(Duration period, Predicate<Snapshot> wantsMore) throws InterruptedException {
    long step = Math.max(1, period.toNanos());
    long next = System.nanoTime();
    while (wantsMore.test(sample())) {
      long late = System.nanoTime() - next;
      next += step * (1 + Math.max(0, late) / step);
      TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
    }
  }

  @Override
  public void close() {
    sources.forEach(Source::close);
  }
}
