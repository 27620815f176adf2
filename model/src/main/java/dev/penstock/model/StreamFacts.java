package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What every kind of track has.
 *
 * @param index position in the container, counted from 0
 * @param codec libav's codec name, such as {@code h264}
 * @param start first presentation time, relative to the start of the file
 * @param frames number of frames the container declares; not a count
 * @param dispositions {@code default}, {@code forced}, {@code comment} ... in libav's names
 */
public record StreamFacts(
    int index,
    String codec,
    Optional<String> profile,
    Rational timeBase,
    Optional<Duration> start,
    Optional<Duration> duration,
    OptionalLong bitRate,
    OptionalLong frames,
    List<String> dispositions,
    Map<String, String> tags) {
  public StreamFacts {
    dispositions = List.copyOf(dispositions);
    tags = Maps.sorted(tags);
  }

  /** ISO 639-2 code; {@code und} counts as none. */
  public Optional<String> language() {
    return Optional.ofNullable(tags.get("language")).filter(code -> !code.equals("und"));
  }

  public Optional<String> title() {
    return Optional.ofNullable(tags.get("title"));
  }
}
