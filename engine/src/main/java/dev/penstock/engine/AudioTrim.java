package dev.penstock.engine;

import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** The filter that cuts sound to the wanted part, which begins at zero. */
final class AudioTrim {
  private AudioTrim() {}

  /**
   * In libavfilter's syntax; empty when there is nothing to cut.
   *
   * @param start whether what lies before zero is cut
   */
  static Optional<String> text(boolean start, Optional<Duration> duration) {
    String end = duration.map(d -> ":end=" + seconds(d)).orElse("");
    if (start) {
      return Optional.of("atrim=start=0" + end);
    }
    return duration.map(_ -> "atrim=" + end.substring(1));
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.6f", duration.toNanos() / 1e9);
  }
}
