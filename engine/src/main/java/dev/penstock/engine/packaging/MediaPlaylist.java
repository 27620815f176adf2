package dev.penstock.engine.packaging;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A media playlist as it lies on disk (draft-pantos-hls-rfc8216bis): what a player would fetch.
 *
 * @param targetDuration seconds
 * @param wholeSegmentsEncrypted whether nothing of a segment can be read without its key
 */
public record MediaPlaylist(
    long targetDuration, boolean wholeSegmentsEncrypted, List<Entry> entries, boolean ended) {
  private static final Pattern RANGE = Pattern.compile("(\\d+)@(\\d+)");

  public MediaPlaylist {
    entries = List.copyOf(entries);
  }

  /**
   * One segment.
   *
   * @param micros how long it is said to last
   */
  public record Entry(Span span, long micros) {}

  /**
   * Reads a playlist.
   *
   * @throws IllegalArgumentException when it is none
   */
  public static MediaPlaylist parse(String text) {
    if (!text.startsWith("#EXTM3U")) {
      throw new IllegalArgumentException("does not begin with #EXTM3U");
    }
    List<Entry> entries = new ArrayList<>();
    long target = 0;
    long micros = 0;
    @Nullable Matcher range = null;
    for (String line : text.lines().toList()) {
      if (line.startsWith("#EXTINF:")) {
        String seconds = line.substring("#EXTINF:".length(), line.indexOf(','));
        micros = new BigDecimal(seconds).movePointRight(6).longValue();
      } else if (line.startsWith("#EXT-X-BYTERANGE:")) {
        range = RANGE.matcher(line);
        if (!range.find()) {
          throw new IllegalArgumentException("a byte range without its offset: " + line);
        }
      } else if (line.startsWith("#EXT-X-TARGETDURATION:")) {
        target = Long.parseLong(line.substring(line.indexOf(':') + 1));
      } else if (!line.isBlank() && !line.startsWith("#")) {
        entries.add(new Entry(span(line, range), micros));
        range = null;
      }
    }
    return new MediaPlaylist(
        target, text.contains("METHOD=AES-128"), entries, text.contains("#EXT-X-ENDLIST"));
  }

  private static Span span(String uri, @Nullable Matcher range) {
    return range == null
        ? Span.file(uri, -1)
        : new Span(uri, Long.parseLong(range.group(2)), Long.parseLong(range.group(1)), false);
  }
}
