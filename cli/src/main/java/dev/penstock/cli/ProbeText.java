package dev.penstock.cli;

import dev.penstock.model.Chapter;
import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Rational;
import dev.penstock.model.Scan;
import dev.penstock.model.StreamFacts;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The facts of an input, for people. */
final class ProbeText {
  private ProbeText() {}

  static String of(MediaInfo info) {
    StringBuilder text = new StringBuilder();
    text.append(Terminal.oneLine(info.source()))
        .append(": ")
        .append(String.join(", ", container(info)))
        .append('\n');
    Optional.ofNullable(info.tags().get("title"))
        .ifPresent(title -> text.append("  title: ").append(Terminal.oneLine(title)).append('\n'));
    for (Track track : info.tracks()) {
      track(text, track);
    }
    chapters(text, info.chapters());
    return text.toString();
  }

  private static List<String> container(MediaInfo info) {
    List<String> words = new ArrayList<>();
    words.add(info.formatName() + " (" + info.format() + ")");
    words.add(info.duration().map(Times::exact).orElse("duration unknown"));
    if (!info.start().isZero()) {
      words.add("starts at " + seconds(info));
    }
    info.bytes().ifPresent(bytes -> words.add(Amounts.bytes(bytes)));
    info.bitRate().ifPresent(rate -> words.add(Amounts.bitRate(rate)));
    if (!info.seekable()) {
      words.add("not seekable");
    }
    return words;
  }

  private static String seconds(MediaInfo info) {
    return Amounts.trimmed(info.start().toMillis() / 1e3, 3) + " s";
  }

  private static void track(StringBuilder text, Track track) {
    text.append(' ').append(column(Integer.toString(track.index()), 3)).append(' ');
    text.append(column(kind(track), 11))
        .append(Terminal.oneLine(String.join(", ", words(track))))
        .append('\n');
    if (track instanceof Track.Video video) {
      for (String line : videoDetails(video)) {
        text.append(" ".repeat(16)).append(line).append('\n');
      }
    }
  }

  static String kind(Track track) {
    return switch (track) {
      case Track.Video _ -> "video";
      case Track.Audio _ -> "audio";
      case Track.Subtitle _ -> "subtitle";
      case Track.Picture _ -> "picture";
      case Track.Attachment _ -> "attachment";
      case Track.Data _ -> "data";
    };
  }

  private static List<String> words(Track track) {
    List<String> words = new ArrayList<>();
    words.add(track.codec() + track.stream().profile().map(profile -> " " + profile).orElse(""));
    switch (track) {
      case Track.Video video -> video(words, video);
      case Track.Audio audio -> audio(words, audio);
      case Track.Subtitle subtitle -> words.add(subtitle.text() ? "text" : "pictures");
      case Track.Picture picture -> words.add(picture.width() + "x" + picture.height());
      case Track.Attachment file -> words.add(file.fileName() + " (" + file.mimeType() + ")");
      case Track.Data _ -> {}
    }
    labels(words, track.stream());
    return words;
  }

  private static void video(List<String> words, Track.Video video) {
    if (video.width() == 0 || video.height() == 0) {
      // Announced, and then nothing of it could be read; the rest would be made up.
      words.add("nothing in it could be read");
      return;
    }
    words.add(video.size() + aspect(video));
    words.add(frameRate(video));
    words.add(
        video.pixelFormat().name()
            + " ("
            + video.pixelFormat().bitDepth()
            + " bit "
            + video.pixelFormat().sampling()
            + ")");
    words.add(scan(video.scan()));
    video.stream().bitRate().ifPresent(rate -> words.add(Amounts.bitRate(rate)));
  }

  private static String aspect(Track.Video video) {
    return video.sampleAspect().equals(Rational.ONE)
        ? ""
        : " (samples "
            + video.sampleAspect().num()
            + ":"
            + video.sampleAspect().den()
            + ", shown as "
            + video.displaySize()
            + ")";
  }

  private static String frameRate(Track.Video video) {
    String rate = video.frameRate().map(Amounts::frameRate).orElse("frame rate unknown");
    return video.variableFrameRate() ? rate + " on average, variable" : rate;
  }

  private static String scan(Scan scan) {
    return switch (scan) {
      case PROGRESSIVE -> "progressive";
      case TOP_FIELD_FIRST -> "interlaced, top field first";
      case BOTTOM_FIELD_FIRST -> "interlaced, bottom field first";
      case MIXED -> "partly interlaced";
      case UNKNOWN -> "scan unknown";
    };
  }

  private static void audio(List<String> words, Track.Audio audio) {
    words.add(audio.sampleRate() + " Hz");
    words.add(audio.layout());
    audio.bitDepth().ifPresent(bits -> words.add(bits + " bit"));
    audio.stream().bitRate().ifPresent(rate -> words.add(Amounts.bitRate(rate)));
    audio.loudness().ifPresent(loud -> words.add(Amounts.decimals(loud.integrated(), 1) + " LUFS"));
  }

  private static void labels(List<String> words, StreamFacts stream) {
    stream.language().ifPresent(words::add);
    stream.title().ifPresent(title -> words.add('"' + title + '"'));
    words.addAll(stream.dispositions());
  }

  private static List<String> videoDetails(Track.Video video) {
    List<String> lines = new ArrayList<>();
    if (!video.color().equals(Color.UNKNOWN)) {
      lines.add("colour " + color(video.color()));
    }
    lines.addAll(hdr(video.hdr()));
    if (video.rotation() != 0 || video.mirrored()) {
      lines.add(
          (video.mirrored() ? "shown mirrored, then turned " : "shown turned ")
              + video.rotation()
              + " degrees clockwise");
    }
    if (video.closedCaptions()) {
      lines.add("closed captions inside");
    }
    return lines;
  }

  static String color(Color color) {
    String range =
        color.isFullRange()
            ? "full range"
            : color.range().equals("tv") ? "limited range" : "range unknown";
    String points =
        color.primaries().equals(color.transfer()) && color.transfer().equals(color.matrix())
            ? color.primaries()
            : "primaries "
                + color.primaries()
                + ", transfer "
                + color.transfer()
                + ", matrix "
                + color.matrix();
    String location =
        color.location().equals(Color.UNSPECIFIED) ? "" : ", chroma " + color.location();
    return points
        + ", "
        + range
        + location
        + (color.isPq() ? " (PQ)" : color.isHlg() ? " (HLG)" : "");
  }

  static List<String> hdr(HdrMetadata hdr) {
    List<String> lines = new ArrayList<>();
    hdr.masteringDisplay()
        .ifPresent(display ->
            lines.add(
                "mastered on "
                    + Amounts.trimmed(display.minLuminance(), 4)
                    + " to "
                    + Amounts.trimmed(display.maxLuminance(), 0)
                    + " cd/m2"
                    + (display.primaries().isEmpty() ? "" : ", " + display.primaries())));
    hdr.contentLight()
        .ifPresent(light ->
            lines.add("MaxCLL " + light.maxCll() + ", MaxFALL " + light.maxFall() + " cd/m2"));
    if (hdr.hdr10Plus()) {
      lines.add("HDR10+ dynamic metadata");
    }
    if (hdr.dolbyVision()) {
      lines.add("Dolby Vision");
    }
    return lines;
  }

  private static void chapters(StringBuilder text, List<Chapter> chapters) {
    if (!chapters.isEmpty()) {
      text.append("  chapters\n");
    }
    for (int i = 0; i < chapters.size(); i++) {
      Chapter chapter = chapters.get(i);
      text.append("  ").append(column(Integer.toString(i + 1), 3)).append(' ');
      text.append(Times.exact(chapter.start())).append(" to ").append(Times.exact(chapter.end()));
      text.append("  ").append(Terminal.oneLine(chapter.title())).append('\n');
    }
  }

  /** Padded to a column; at least one space follows. */
  static String column(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }
}
