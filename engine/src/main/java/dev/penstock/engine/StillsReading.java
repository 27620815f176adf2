package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Flow;
import dev.penstock.av.Frame;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Location;
import dev.penstock.av.LogScope;
import dev.penstock.av.Packet;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Size;
import dev.penstock.model.Verification.Check;
import dev.penstock.model.Verification.Result;
import dev.penstock.model.Verification.Result.Failed;
import dev.penstock.model.Verification.Result.Passed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the poster and the thumbnails of a ladder back. */
final class StillsReading {
  /** One cue of the index, as it is written: when, and which part of which sheet. */
  private static final Pattern CUE =
      Pattern.compile(
          "(?m)^(\\d+):(\\d\\d):(\\d\\d)\\.(\\d{3}) --> .*\n([^#\n]+)#xywh=(\\d+),(\\d+),(\\d+),(\\d+)$");

  private static final int CUE_SHEET = 5;
  private static final int CUE_PLACE = 6;

  /** ISO/IEC 10918-1 B.1.1.3. */
  private static final int END_OF_IMAGE = 0xd9;

  private final Plan plan;
  private final Engine.Options options;
  private final Cancellation cancellation;

  StillsReading(Plan plan, Engine.Options options, Cancellation cancellation) {
    this.plan = plan;
    this.options = options;
    this.cancellation = cancellation;
  }

  /**
   * Whether it is a picture of the size of its track.
   *
   * @param file where it lies
   */
  Check poster(Plan.Poster poster, Path file) {
    Size wanted = ((EncodeVideo) plan.tracks().get(poster.tracks().getFirst())).size();
    return new Check(poster.path(), Optional.empty(), "picture", picture(file, wanted));
  }

  /**
   * Whether the index names tiles that follow each other, and the sheets are pictures that have
   * them.
   *
   * @param index where it lies
   */
  List<Check> thumbnails(Plan.Thumbnails thumbnails, Path index) {
    Set<String> sheets = new LinkedHashSet<>();
    List<Check> checks = new ArrayList<>();
    checks.add(
        new Check(thumbnails.path(), Optional.empty(), "index", index(thumbnails, index, sheets)));
    Size size =
        new Size(
            thumbnails.tile().width() * thumbnails.columns(),
            thumbnails.tile().height() * thumbnails.rows());
    sheets.forEach(name ->
        checks.add(
            new Check(
                thumbnails.path(),
                Optional.of(name),
                "picture",
                picture(index.resolveSibling(name), size))));
    return checks;
  }

  /** Notes the sheets it names. */
  private static Result index(Plan.Thumbnails thumbnails, Path index, Set<String> sheets) {
    try {
      String text = Files.readString(index, StandardCharsets.UTF_8);
      Matcher cue = CUE.matcher(text);
      int count = 0;
      while (cue.find()) {
        String tile = cue.group(CUE_SHEET) + " " + place(cue);
        Duration time = time(cue);
        Duration due = thumbnails.every().multipliedBy(count);
        String wanted = sheet(thumbnails, count) + " " + place(thumbnails, count);
        if (!tile.equals(wanted) || time.minus(due).abs().compareTo(Duration.ofMillis(1)) > 0) {
          return new Failed(tile + " at " + time, wanted + " at " + due);
        }
        sheets.add(cue.group(CUE_SHEET));
        count++;
      }
      long cues = text.lines().filter(line -> line.contains("-->")).count();
      return count == 0 || count != cues
          ? new Failed(count + " of " + cues + " cues name a tile", "all of them, and at least one")
          : new Passed(count + " tiles on " + sheets.size() + " sheets");
    } catch (IOException e) {
      return new Failed(Failures.words(e), "a file that can be read");
    }
  }

  private static Duration time(Matcher cue) {
    return Duration.ofHours(Long.parseLong(cue.group(1)))
        .plusMinutes(Long.parseLong(cue.group(2)))
        .plusSeconds(Long.parseLong(cue.group(3)))
        .plusMillis(Long.parseLong(cue.group(4)));
  }

  private static List<Integer> place(Matcher cue) {
    return List.of(
        Integer.valueOf(cue.group(CUE_PLACE)),
        Integer.valueOf(cue.group(CUE_PLACE + 1)),
        Integer.valueOf(cue.group(CUE_PLACE + 2)),
        Integer.valueOf(cue.group(CUE_PLACE + 3)));
  }

  private static String sheet(Plan.Thumbnails thumbnails, int number) {
    int sheet = number / (thumbnails.columns() * thumbnails.rows());
    return "thumbs-" + (sheet + 1) + ".jpg";
  }

  /** From left to right and from top to bottom. */
  private static List<Integer> place(Plan.Thumbnails thumbnails, int number) {
    int place = number % (thumbnails.columns() * thumbnails.rows());
    Size tile = thumbnails.tile();
    return List.of(
        place % thumbnails.columns() * tile.width(),
        place / thumbnails.columns() * tile.height(),
        tile.width(),
        tile.height());
  }

  /** Decoders make up what is missing at the end, without a word. */
  private Result picture(Path file, Size wanted) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int end = bytes.length - 2;
      return end < 0 || (bytes[end] & 0xff) != 0xff || (bytes[end + 1] & 0xff) != END_OF_IMAGE
          ? new Failed("it is cut off", "a whole picture of " + wanted)
          : decoded(file, wanted);
    } catch (IOException e) {
      return new Failed(Failures.words(e), "a picture of " + wanted);
    }
  }

  private Result decoded(Path file, Size wanted) {
    LogScope log = LogScope.to(options.log());
    try (Interrupt reading = Interrupt.of(cancellation::isCancelled);
        Demuxer input = Demuxer.open(Location.of(file.toString()), reading, log);
        Decoder decoder = Decoder.open(input, 0, 1, log);
        Packet packet = Packet.create();
        Frame frame = Frame.create()) {
      if (!input.read(packet)) {
        return new Failed("nothing", "a picture");
      }
      Flow _ = decoder.send(packet);
      Flow _ = decoder.send(null);
      if (decoder.receive(frame) != Flow.OK) {
        return new Failed("it decodes to nothing", "a picture");
      }
      Size found = new Size(frame.width(), frame.height());
      return frame.isDamaged() || !found.equals(wanted)
          ? new Failed(found + (frame.isDamaged() ? ", damaged" : ""), wanted + ", whole")
          : new Passed(found.toString());
    } catch (AvException e) {
      return new Failed(e.operation() + ": " + e.reason(), "a picture of " + wanted);
    }
  }
}
