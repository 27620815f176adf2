package dev.penstock.engine;

import dev.penstock.model.JobSpec;
import dev.penstock.model.MediaInfo;
import java.time.Duration;
import java.util.function.Consumer;

/** Reads the facts of an input: its container, its tracks and its first frames. */
public final class Prober {
  private Prober() {}

  /**
   * How to probe.
   *
   * @param deadline bound on the whole of it
   * @param log receives libav's log lines of level info and worse
   */
  public record Options(Duration deadline, Consumer<String> log) {}

  /**
   * The facts of {@code source}, a path, a URL or {@code -}.
   *
   * @throws dev.penstock.model.FailureException when it cannot be read as media
   */
  public static MediaInfo probe(String source, Options options, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }

  /**
   * As {@link #probe}, with what planning {@code spec} needs beyond it, such as measured loudness.
   *
   * @throws dev.penstock.model.FailureException when it cannot be read as media
   */
  public static MediaInfo probeFor(JobSpec spec, Options options, Cancellation cancellation) {
    throw new UnsupportedOperationException();
  }
}
