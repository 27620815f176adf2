package dev.penstock.engine.packaging;

import dev.penstock.engine.Failures;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Subtitles that have been written as WebVTT.
 *
 * @param file all of them, for DASH
 * @param segments for HLS; times in milliseconds
 */
public record Subtitles(RenditionSpec spec, boolean forced, Span file, List<Segment> segments) {
  public static final int TIMESCALE = 1000;

  public Subtitles {
    segments = List.copyOf(segments);
  }

  /**
   * A text to show.
   *
   * @param start milliseconds of the presentation
   * @param end milliseconds
   * @param settings of WebVTT, or empty
   * @param text WebVTT cue text
   */
  public record Cue(long start, long end, String settings, String text) {
    private String block() {
      // A blank line would end the cue: WebVTT 4.1.
      String body = text.strip().replaceAll("\\R(\\h*\\R)+", "\n").replace("-->", "→");
      return time(start)
          + " --> "
          + time(end)
          + (settings.isEmpty() ? "" : " " + settings)
          + "\n"
          + body
          + "\n\n";
    }

    private static String time(long millis) {
      return String.format(
          Locale.ROOT,
          "%02d:%02d:%02d.%03d",
          millis / 3_600_000,
          millis / 60_000 % 60,
          millis / 1000 % 60,
          millis % 1000);
    }
  }

  /**
   * RFC 8216bis 3.1.4: what the cues' times are in the time of the media segments. Both begin at
   * zero here.
   */
  private static final String HEADER = "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000\n\n";

  /**
   * Writes {@code ID.vtt}, and {@code ID/00001.vtt} and so on.
   *
   * @param cues by rising start
   * @param end of the presentation, milliseconds
   * @param folder exists, and holds no files of that id
   */
  public static Subtitles write(
      List<Cue> cues, RenditionSpec spec, boolean forced, SegmentGrid grid, long end, Path folder) {
    Span all = put(folder, spec.id() + ".vtt", "WEBVTT\n\n", cues);
    List<Segment> segments = new ArrayList<>();
    dev.penstock.model.Rational unit = new dev.penstock.model.Rational(1, TIMESCALE);
    for (int i = 0; i < grid.size(); i++) {
      long from = i == 0 ? 0 : grid.start(i, unit);
      long to = i + 1 < grid.size() ? grid.start(i + 1, unit) : Math.max(end, from + 1);
      // A cue stands in each segment that it is shown in, with its own times.
      List<Cue> shown = cues.stream().filter(cue -> cue.start() < to && cue.end() > from).toList();
      String uri = String.format(Locale.ROOT, "%s/%05d.vtt", spec.id(), i + 1);
      segments.add(new Segment(from, to - from, put(folder, uri, HEADER, shown), List.of()));
    }
    return new Subtitles(spec, forced, all, segments);
  }

  private static Span put(Path folder, String uri, String header, List<Cue> cues) {
    StringBuilder text = new StringBuilder(header);
    cues.forEach(cue -> text.append(cue.block()));
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve(uri);
    try {
      Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
    return Span.file(uri, bytes.length);
  }
}
