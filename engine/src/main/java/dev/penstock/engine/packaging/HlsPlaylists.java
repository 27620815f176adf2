package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.Rendition.Audio;
import dev.penstock.engine.packaging.Rendition.Range;
import dev.penstock.engine.packaging.Rendition.Video;
import dev.penstock.engine.packaging.Segment.KeyFrame;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * HLS playlists of a presentation that has been written. Pure: text from records. Section numbers
 * are those of draft-pantos-hls-rfc8216bis.
 */
public final class HlsPlaylists {
  /**
   * Section 8: EXT-X-MAP in a playlist that is not I-FRAMES-ONLY needs 6; 7 is what Apple's
   * authoring specification wants for fragmented MP4.
   */
  private static final int VERSION = 7;

  /** Apple's HLS authoring specification, 9.13: the variant to begin with is about so fast. */
  private static final long FIRST_VARIANT_BITS = 2_000_000;

  private static final String SUBTITLES = "subtitles";
  private static final String CAPTIONS = "captions";
  private static final int MICROS = 1_000_000;

  private HlsPlaylists() {}

  /** Name of a rendition's media playlist. */
  public static String name(RenditionSpec spec) {
    return spec.id() + ".m3u8";
  }

  /** Name of the playlist of a rendition's key frames. */
  public static String iFrameName(RenditionSpec spec) {
    return spec.id() + "-iframes.m3u8";
  }

  /** All playlists by name, {@code master} last: a player that finds it finds all that it names. */
  public static SequencedMap<String, String> all(Presentation presentation, String master) {
    SequencedMap<String, String> files = new LinkedHashMap<>();
    for (Rendition rendition : presentation.renditions()) {
      files.put(name(rendition.spec()), media(rendition));
      if (hasKeyFrames(rendition)) {
        files.put(iFrameName(rendition.spec()), iFrames(rendition));
      }
    }
    presentation.subtitles().forEach(s -> files.put(name(s.spec()), media(s)));
    files.put(master, master(presentation));
    return files;
  }

  /** The media playlist of a rendition. */
  public static String media(Rendition rendition) {
    StringBuilder text = head(rendition.targetDuration());
    // 4.4.2.1: every segment can be decoded without the others.
    text.append("#EXT-X-INDEPENDENT-SEGMENTS\n");
    text.append(map(rendition));
    // 4.4.4.5: the EXT-X-MAP stands before the EXT-X-KEY, so what it names is clear.
    key(rendition).ifPresent(text::append);
    Clock clock = new Clock(rendition.timescale(), rendition.segments().getFirst().start());
    for (Segment segment : rendition.segments()) {
      text.append("#EXTINF:").append(clock.until(segment.end())).append(",\n");
      text.append(byteRange(segment.span()));
      text.append(segment.span().uri()).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  private static StringBuilder head(long targetDuration) {
    return new StringBuilder("#EXTM3U\n")
        .append("#EXT-X-VERSION:")
        .append(VERSION)
        .append("\n#EXT-X-TARGETDURATION:")
        .append(targetDuration)
        .append("\n#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n");
  }

  /** 4.4.4.5. */
  private static String map(Rendition rendition) {
    Attributes attributes = new Attributes("#EXT-X-MAP:").quoted("URI", rendition.init().uri());
    if (!rendition.init().whole()) {
      attributes.quoted("BYTERANGE", rendition.init().bytes() + "@" + rendition.init().offset());
    }
    return attributes.line();
  }

  /** 4.4.4.4. */
  private static Optional<String> key(Rendition rendition) {
    return switch (rendition.spec().protection()) {
      case Protection.None _ -> Optional.empty();
      case Protection.WholeSegments whole ->
          Optional.of(
              new Attributes("#EXT-X-KEY:")
                  .plain("METHOD", "AES-128")
                  .quoted("URI", whole.key().uri())
                  .line());
      case Protection.Samples samples ->
          Optional.of(
              new Attributes("#EXT-X-KEY:")
                  .plain("METHOD", "SAMPLE-AES")
                  .quoted("URI", samples.key().uri())
                  .plain(
                      "IV", "0x" + java.util.HexFormat.of().formatHex(samples.key().constantIv()))
                  .quoted("KEYFORMAT", "identity")
                  .line());
    };
  }

  /** 4.4.4.2: always with its offset, so no entry depends on the one before. */
  private static String byteRange(Span span) {
    return span.whole() ? "" : "#EXT-X-BYTERANGE:" + span.bytes() + "@" + span.offset() + "\n";
  }

  /** The media playlist of subtitles. */
  public static String media(Subtitles subtitles) {
    long target =
        subtitles.segments().stream()
            .mapToLong(s -> Math.round((double) s.duration() / Subtitles.TIMESCALE))
            .reduce(1, Math::max);
    StringBuilder text = head(target);
    Clock clock = new Clock(Subtitles.TIMESCALE, 0);
    for (Segment segment : subtitles.segments()) {
      text.append("#EXTINF:").append(clock.until(segment.end())).append(",\n");
      text.append(segment.span().uri()).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  private static boolean hasKeyFrames(Rendition rendition) {
    return !keyFrames(rendition).isEmpty();
  }

  private static List<KeyFrame> keyFrames(Rendition rendition) {
    return rendition.segments().stream().flatMap(s -> s.keyFrames().stream()).toList();
  }

  /**
   * 4.4.3.6: each entry is one key frame, from its {@code moof}, and lasts until the next. Empty
   * ones are not written.
   */
  public static String iFrames(Rendition rendition) {
    List<KeyFrame> frames = keyFrames(rendition);
    List<Long> ends = ends(frames, rendition);
    long target = 1;
    for (int i = 0; i < frames.size(); i++) {
      double seconds = rendition.seconds(ends.get(i) - frames.get(i).start());
      target = Math.max(target, Math.round(seconds));
    }
    StringBuilder text = head(target);
    text.append("#EXT-X-I-FRAMES-ONLY\n").append(map(rendition));
    key(rendition).ifPresent(text::append);
    Clock clock = new Clock(rendition.timescale(), frames.getFirst().start());
    for (int i = 0; i < frames.size(); i++) {
      text.append("#EXTINF:").append(clock.until(ends.get(i))).append(",\n");
      text.append(byteRange(frames.get(i).span()));
      text.append(frames.get(i).span().uri()).append('\n');
    }
    return text.append("#EXT-X-ENDLIST\n").toString();
  }

  private static List<Long> ends(List<KeyFrame> frames, Rendition rendition) {
    List<Long> ends = new ArrayList<>();
    for (int i = 1; i < frames.size(); i++) {
      ends.add(frames.get(i).start());
    }
    ends.add(rendition.end());
    return ends;
  }

  /** The multivariant playlist, which used to be called master playlist. */
  public static String master(Presentation presentation) {
    StringBuilder text =
        new StringBuilder("#EXTM3U\n#EXT-X-VERSION:")
            .append(VERSION)
            .append("\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    List<AudioGroup> groups = audioGroups(presentation.audio());
    groups.forEach(group -> group.media().forEach(text::append));
    text.append(subtitleMedia(presentation.subtitles()));
    boolean captions = presentation.video().stream().anyMatch(Rendition::hasCaptions);
    if (captions) {
      text.append(captionMedia());
    }
    variants(presentation, groups, captions).forEach(text::append);
    presentation.video().stream()
        .filter(HlsPlaylists::hasKeyFrames)
        .forEach(r -> text.append(iFrameStream(r)));
    return text.toString();
  }

  /**
   * Sounds that can take each other's place: one a language, of one codec.
   *
   * @param id empty where there is only one sound and it is no alternative
   */
  private record AudioGroup(String id, List<Rendition> members) {
    String codecs() {
      return members.stream().map(Rendition::codecs).distinct().collect(Collectors.joining(","));
    }

    /** 4.4.6.2, BANDWIDTH: the largest sum of any combination that can be played. */
    long peak() {
      return members.stream().mapToLong(Rendition::peakBitRate).max().orElse(0);
    }

    long average() {
      return members.stream().mapToLong(Rendition::averageBitRate).max().orElse(0);
    }

    /** 4.4.6.1. Names differ within a group, at most one is the default. */
    List<String> media() {
      List<String> lines = new ArrayList<>();
      Rendition first =
          members.stream().filter(m -> m.spec().isDefault()).findFirst().orElse(members.getFirst());
      Set<String> names = new LinkedHashSet<>();
      for (Rendition member : members) {
        lines.add(media(member, member.equals(first), unlike(names, member.spec().name())));
      }
      return lines;
    }

    private static String unlike(Set<String> names, String name) {
      String unique = name;
      for (int i = 2; !names.add(unique); i++) {
        unique = name + " " + i;
      }
      return unique;
    }

    private String media(Rendition member, boolean isDefault, String name) {
      RenditionSpec spec = member.spec();
      Attributes attributes =
          new Attributes("#EXT-X-MEDIA:").plain("TYPE", "AUDIO").quoted("GROUP-ID", id);
      spec.language().ifPresent(l -> attributes.quoted("LANGUAGE", Languages.tag(l)));
      attributes
          .quoted("NAME", name)
          .plain("DEFAULT", isDefault ? "YES" : "NO")
          // Without it no player would choose it by the user's language.
          .plain("AUTOSELECT", "YES");
      if (spec.describesVideo()) {
        attributes.quoted("CHARACTERISTICS", "public.accessibility.describes-video");
      }
      return attributes
          .quoted("CHANNELS", Integer.toString(((Audio) member.media()).channels()))
          .quoted("URI", HlsPlaylists.name(spec))
          .line();
    }
  }

  /**
   * Sounds of one codec are a group; two of one codec, language and purpose, which differ in bit
   * rate, are in two groups: 4.4.6.1.1 lets a player choose among the members of a group by
   * language and characteristics alone.
   */
  private static List<AudioGroup> audioGroups(List<Rendition> audio) {
    Map<String, List<Rendition>> groups = new LinkedHashMap<>();
    Map<String, Integer> seen = new TreeMap<>();
    for (Rendition rendition : audio) {
      RenditionSpec spec = rendition.spec();
      String same = rendition.codecs() + spec.language() + spec.describesVideo() + spec.name();
      int number = seen.merge(same, 1, Integer::sum);
      String id = "audio-" + rendition.codecs() + (number == 1 ? "" : "-" + number);
      groups.computeIfAbsent(id, _ -> new ArrayList<>()).add(rendition);
    }
    return groups.entrySet().stream().map(e -> new AudioGroup(e.getKey(), e.getValue())).toList();
  }

  private static String subtitleMedia(List<Subtitles> subtitles) {
    StringBuilder text = new StringBuilder();
    Set<String> names = new LinkedHashSet<>();
    for (Subtitles entry : subtitles) {
      RenditionSpec spec = entry.spec();
      Attributes attributes =
          new Attributes("#EXT-X-MEDIA:").plain("TYPE", "SUBTITLES").quoted("GROUP-ID", SUBTITLES);
      spec.language().ifPresent(l -> attributes.quoted("LANGUAGE", Languages.tag(l)));
      text.append(
          attributes
              .quoted("NAME", AudioGroup.unlike(names, spec.name()))
              .plain("DEFAULT", spec.isDefault() ? "YES" : "NO")
              .plain("AUTOSELECT", "YES")
              .plain("FORCED", entry.forced() ? "YES" : "NO")
              .quoted("URI", name(spec))
              .line());
    }
    return text.toString();
  }

  /** 4.4.6.1: captions in the pictures are named and have no URI. */
  private static String captionMedia() {
    return new Attributes("#EXT-X-MEDIA:")
        .plain("TYPE", "CLOSED-CAPTIONS")
        .quoted("GROUP-ID", CAPTIONS)
        .quoted("NAME", "CC1")
        .plain("DEFAULT", "NO")
        .plain("AUTOSELECT", "YES")
        .quoted("INSTREAM-ID", "CC1")
        .line();
  }

  /**
   * Every picture with every group of sounds. Players begin with the one listed first, and only
   * then measure: so the first is the best that most lines carry, and the others follow from best
   * to worst. Within one picture the sounds keep their order, so the first is the one that every
   * player plays.
   */
  private static List<String> variants(
      Presentation presentation, List<AudioGroup> groups, boolean captions) {
    List<Rendition> pictures =
        presentation.video().stream()
            .sorted(Comparator.comparingLong(Rendition::peakBitRate).reversed())
            .toList();
    if (pictures.isEmpty()) {
      return groups.stream().map(g -> soundVariant(g, presentation)).toList();
    }
    List<Rendition> ordered = new ArrayList<>(pictures);
    Rendition first =
        pictures.stream()
            .filter(r -> r.peakBitRate() <= FIRST_VARIANT_BITS)
            .findFirst()
            .orElse(pictures.getLast());
    ordered.remove(first);
    ordered.addFirst(first);
    List<String> variants = new ArrayList<>();
    for (Rendition picture : ordered) {
      if (groups.isEmpty()) {
        variants.add(pictureVariant(picture, Optional.empty(), presentation, captions));
      }
      for (AudioGroup group : groups) {
        variants.add(pictureVariant(picture, Optional.of(group), presentation, captions));
      }
    }
    return variants;
  }

  /** 4.4.6.2. */
  private static String pictureVariant(
      Rendition picture, Optional<AudioGroup> group, Presentation presentation, boolean captions) {
    Video video = (Video) picture.media();
    long peak = picture.peakBitRate() + group.map(AudioGroup::peak).orElse(0L);
    long average = picture.averageBitRate() + group.map(AudioGroup::average).orElse(0L);
    Attributes attributes =
        new Attributes("#EXT-X-STREAM-INF:")
            .plain("BANDWIDTH", Long.toString(peak))
            .plain("AVERAGE-BANDWIDTH", Long.toString(average))
            .quoted("CODECS", picture.codecs() + group.map(g -> "," + g.codecs()).orElse(""))
            .plain("RESOLUTION", video.display().toString())
            .plain("FRAME-RATE", frameRate(video))
            .plain("VIDEO-RANGE", video.range().name());
    group.ifPresent(g -> attributes.quoted("AUDIO", g.id()));
    if (!presentation.subtitles().isEmpty()) {
      attributes.quoted("SUBTITLES", SUBTITLES);
    }
    // Players look for captions in the pictures unless told that there are none.
    if (captions) {
      attributes.quoted("CLOSED-CAPTIONS", CAPTIONS);
    } else {
      attributes.plain("CLOSED-CAPTIONS", "NONE");
    }
    return attributes.line() + name(picture.spec()) + "\n";
  }

  /** Without pictures the sound is what streams; its own URI is the group's default. */
  private static String soundVariant(AudioGroup group, Presentation presentation) {
    Attributes attributes =
        new Attributes("#EXT-X-STREAM-INF:")
            .plain("BANDWIDTH", Long.toString(group.peak()))
            .plain("AVERAGE-BANDWIDTH", Long.toString(group.average()))
            .quoted("CODECS", group.codecs())
            .quoted("AUDIO", group.id());
    if (!presentation.subtitles().isEmpty()) {
      attributes.quoted("SUBTITLES", SUBTITLES);
    }
    Rendition first =
        group.members().stream()
            .filter(m -> m.spec().isDefault())
            .findFirst()
            .orElse(group.members().getFirst());
    return attributes.line() + name(first.spec()) + "\n";
  }

  /** 4.4.6.2: rounded to three decimal places. */
  private static String frameRate(Video video) {
    return BigDecimal.valueOf(video.frameRate().num())
        .divide(BigDecimal.valueOf(video.frameRate().den()), 3, RoundingMode.HALF_UP)
        .toPlainString();
  }

  /** 4.4.6.3. */
  private static String iFrameStream(Rendition rendition) {
    Video video = (Video) rendition.media();
    List<KeyFrame> frames = keyFrames(rendition);
    List<Long> ends = ends(frames, rendition);
    long peak = 0;
    long bytes = 0;
    for (int i = 0; i < frames.size(); i++) {
      long size = frames.get(i).span().bytes();
      bytes += size;
      peak = Math.max(peak, rendition.bitRate(size, ends.get(i) - frames.get(i).start()));
    }
    Attributes attributes =
        new Attributes("#EXT-X-I-FRAME-STREAM-INF:")
            .plain("BANDWIDTH", Long.toString(peak))
            .plain(
                "AVERAGE-BANDWIDTH", Long.toString(rendition.bitRate(bytes, rendition.duration())))
            .quoted("CODECS", rendition.codecs())
            .plain("RESOLUTION", video.display().toString());
    if (video.range() != Range.SDR) {
      attributes.plain("VIDEO-RANGE", video.range().name());
    }
    return attributes.quoted("URI", iFrameName(rendition.spec())).line();
  }

  /**
   * Durations in microseconds whose sum is never more than half of one off: each is the difference
   * of two rounded times, not a rounded difference.
   */
  private static final class Clock {
    private final int timescale;
    private long reached;

    Clock(int timescale, long start) {
      this.timescale = timescale;
      this.reached = micros(start);
    }

    String until(long end) {
      long now = micros(end);
      String text = BigDecimal.valueOf(now - reached, 6).toPlainString();
      reached = now;
      return text;
    }

    private long micros(long ticks) {
      return BigDecimal.valueOf(ticks)
          .multiply(BigDecimal.valueOf(MICROS))
          .divide(BigDecimal.valueOf(timescale), 0, RoundingMode.HALF_UP)
          .longValueExact();
    }
  }

  /** 4.2: an attribute list. */
  private static final class Attributes {
    private final StringBuilder text;
    private boolean any;

    Attributes(String tag) {
      text = new StringBuilder(tag);
    }

    Attributes plain(String name, String value) {
      text.append(any ? "," : "").append(name).append('=').append(value);
      any = true;
      return this;
    }

    /** A quoted string holds neither quotes nor line ends, and knows no escape. */
    Attributes quoted(String name, String value) {
      return plain(name, '"' + value.replace('"', '\'').replaceAll("[\r\n]+", " ") + '"');
    }

    String line() {
      return text.append('\n').toString();
    }
  }
}
