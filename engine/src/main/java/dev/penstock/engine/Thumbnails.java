package dev.penstock.engine;

import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.model.FailureException;
import dev.penstock.model.Filter;
import dev.penstock.model.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Writes the thumbnails of a ladder: sheets of tiles {@code thumbs-1.jpg} and so on, and the WebVTT
 * file whose cues name them by media fragments ({@code #xywh}, W3C Media Fragments 4.2.2), which is
 * what the plugins of players read.
 */
final class Thumbnails {
  private final Plan.Thumbnails plan;
  private final Assembly assembly;
  private final LogScope log;
  private int sheets;

  Thumbnails(Plan.Thumbnails plan, Assembly assembly, LogScope log) {
    this.plan = plan;
    this.assembly = assembly;
    this.log = log;
  }

  /**
   * @param index the WebVTT file; the sheets are written beside it
   */
  void write(Path index) {
    try {
      StringBuilder text = new StringBuilder("WEBVTT\n\n");
      try (TrackPictures pictures =
              new TrackPictures(assembly.track(plan.tracks().getFirst()), plan.path(), log);
          StillFilter tiles = new StillFilter(plan.path(), chain(), "mjpeg", plan.options(), log)) {
        int count = count(pictures);
        for (int i = 0; i < count; i++) {
          assembly.checkStop();
          try (Frame picture = pictures.key(pictures.nearest(time(i)))) {
            write(tiles.take(picture), index);
          }
          Duration end = i + 1 < count ? time(i + 1) : pictures.end();
          text.append(cue(i, end));
        }
        write(tiles.finish(), index);
      }
      Files.writeString(index, text);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(index, e), e);
    }
  }

  private String chain() {
    return Filter.chain(plan.filters()) + ",tile=layout=" + plan.columns() + "x" + plan.rows();
  }

  /** How many begin before the end; the first always does. */
  private int count(TrackPictures pictures) {
    long end = Math.max(1, pictures.end().toNanos());
    return Math.toIntExact(Math.ceilDiv(end, plan.every().toNanos()));
  }

  private Duration time(int number) {
    return plan.every().multipliedBy(number);
  }

  private void write(List<byte[]> made, Path index) throws IOException {
    for (byte[] sheet : made) {
      sheets++;
      Files.write(index.resolveSibling(name(sheets)), sheet);
    }
  }

  private static String name(int sheet) {
    return "thumbs-" + sheet + ".jpg";
  }

  private String cue(int number, Duration end) {
    int tiles = plan.columns() * plan.rows();
    int place = number % tiles;
    return clock(time(number))
        + " --> "
        + clock(end)
        + "\n"
        + name(number / tiles + 1)
        + "#xywh="
        + place % plan.columns() * plan.tile().width()
        + ","
        + place / plan.columns() * plan.tile().height()
        + ","
        + plan.tile().width()
        + ","
        + plan.tile().height()
        + "\n\n";
  }

  private static String clock(Duration time) {
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%03d",
        time.toHours(),
        time.toMinutesPart(),
        time.toSecondsPart(),
        time.toMillisPart());
  }
}
