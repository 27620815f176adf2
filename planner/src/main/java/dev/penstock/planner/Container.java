package dev.penstock.planner;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Capabilities;
import dev.penstock.model.VideoCodec;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The containers Penstock writes, chosen by the extension of the output.
 *
 * <p>What each may hold stands here rather than being asked of libav alone: libav's answer for
 * MPEG-TS is empty and its answer for MP4 includes codecs that hardly anything plays from it.
 */
enum Container {
  MP4("mp4", "MP4"),
  M4A("ipod", "M4A"),
  MOV("mov", "QuickTime"),
  MATROSKA("matroska", "Matroska"),
  MKA("matroska", "Matroska audio"),
  WEBM("webm", "WebM"),
  MPEGTS("mpegts", "MPEG-TS");

  private final String format;
  private final String label;

  Container(String format, String label) {
    this.format = format;
    this.label = label;
  }

  private List<String> extensions() {
    return switch (this) {
      case MP4 -> List.of("mp4", "m4v");
      case M4A -> List.of("m4a");
      case MOV -> List.of("mov");
      case MATROSKA -> List.of("mkv");
      case MKA -> List.of("mka");
      case WEBM -> List.of("webm");
      case MPEGTS -> List.of("ts", "m2ts", "mts");
    };
  }

  /** Known to be held, whatever libav says. */
  private Set<String> codecs() {
    return switch (this) {
      case MP4 -> Codecs.MP4;
      case M4A -> Codecs.M4A;
      case MOV -> Codecs.MOV;
      case MATROSKA -> Codecs.MATROSKA;
      case MKA -> Set.of();
      case WEBM -> Codecs.WEBM;
      case MPEGTS -> Codecs.MPEGTS;
    };
  }

  /** The container that the extension of {@code path} names. */
  static Optional<Container> of(String path) {
    String extension = extension(path);
    return Arrays.stream(values())
        .filter(container -> container.extensions().contains(extension))
        .findFirst();
  }

  static String extension(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
  }

  static String supportedExtensions() {
    return Arrays.stream(values())
        .flatMap(container -> container.extensions().stream())
        .map(extension -> "." + extension)
        .collect(Collectors.joining(" "));
  }

  /** libav's muxer name. */
  String format() {
    return format;
  }

  String label() {
    return label;
  }

  boolean audioOnly() {
    return this == M4A || this == MKA;
  }

  boolean holds(String codec, Capabilities capabilities) {
    if (codecs().contains(codec)) {
      return true;
    }
    return switch (this) {
      case MOV, MATROSKA, MKA ->
          capabilities.container(format).map(facts -> facts.holds(codec)).orElse(false);
      case MP4, M4A, WEBM, MPEGTS -> false;
    };
  }

  VideoCodec defaultVideo() {
    return this == WEBM ? VideoCodec.VP9 : VideoCodec.H264;
  }

  AudioCodec defaultAudio() {
    return this == WEBM ? AudioCodec.OPUS : AudioCodec.AAC;
  }

  /** Whether audio stays in its codec unless another is asked for: Matroska holds any. */
  boolean keepsAnyAudio() {
    return this == MATROSKA || this == MKA;
  }

  /** The text format of its subtitles, empty where it has none that libav writes. */
  Optional<String> textSubtitles() {
    return switch (this) {
      case MP4, MOV -> Optional.of("mov_text");
      case MATROSKA, MKA -> Optional.of("subrip");
      case WEBM -> Optional.of("webvtt");
      case M4A, MPEGTS -> Optional.empty();
    };
  }

  /** Whether it can say that the picture is to be turned for display. */
  boolean carriesRotation() {
    return this != MPEGTS;
  }

  boolean holdsAttachments() {
    return this == MATROSKA || this == MKA;
  }

  boolean holdsChapters() {
    return this != MPEGTS;
  }

  /**
   * The four-character code where libav's own choice would not play: Apple's players want HEVC
   * parameter sets out of band, which only {@code hvc1} promises.
   */
  Optional<String> codecTag(String codec) {
    boolean quickTime = this == MP4 || this == MOV;
    return quickTime && codec.equals("hevc") ? Optional.of("hvc1") : Optional.empty();
  }

  SequencedMap<String, String> muxerOptions() {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    if (this == MP4 || this == MOV || this == M4A) {
      options.put("movflags", "+faststart");
    }
    if (this == MPEGTS) {
      // Data must arrive before it is decoded; libav's default is at that very moment.
      options.put("max_delay", "700000");
    }
    return options;
  }

  /** The language of a track as it says it; empty where it cannot. */
  Optional<String> language(String language) {
    return switch (this) {
      case MP4, M4A, MPEGTS -> Languages.threeLetters(language);
      case MOV -> Languages.quickTime(language);
      case MATROSKA, MKA, WEBM -> Optional.of(language);
    };
  }

  /** The tags of a file that libav writes, by their lower-case names; empty where it writes all. */
  Optional<Set<String>> fileTags() {
    return switch (this) {
      case MP4, M4A -> Optional.of(Tags.MP4);
      case MOV -> Optional.of(Tags.MOV);
      case MPEGTS -> Optional.of(Tags.MPEGTS);
      case MATROSKA, MKA, WEBM -> Optional.empty();
    };
  }

  /** The same for a track. */
  Optional<Set<String>> trackTags() {
    return switch (this) {
      case MP4, M4A, MOV -> Optional.of(Tags.MP4_TRACK);
      case MPEGTS -> Optional.of(Tags.MPEGTS_TRACK);
      case MATROSKA, MKA, WEBM -> Optional.empty();
    };
  }

  /** Whether libav can write tags of any name instead of those it lists. */
  boolean takesAnyTag() {
    return titlesAreHandlers();
  }

  /** Whether players take a track's title from the name of its handler. */
  boolean titlesAreHandlers() {
    return this == MP4 || this == M4A || this == MOV;
  }

  /** Which of {@code candidates} it holds, for messages. */
  String held(List<String> candidates, Capabilities capabilities) {
    return candidates.stream()
        .filter(codec -> holds(codec, capabilities))
        .collect(Collectors.joining(", "));
  }

  private static final class Tags {
    static final Set<String> MP4 =
        Set.of(
            ("title artist album_artist composer album date comment genre copyright grouping lyrics"
                    + " description synopsis show episode_id network keywords episode_sort"
                    + " season_number media_type hd_video gapless_playback compilation track disc"
                    + " creation_time location timecode")
                .split(" "));
    static final Set<String> MOV =
        Set.of(
            ("title artist album date comment genre copyright make model creation_time location"
                    + " timecode")
                .split(" "));
    static final Set<String> MP4_TRACK = Set.of("title", "language", "creation_time", "timecode");
    static final Set<String> MPEGTS = Set.of("title", "service_name", "service_provider");
    static final Set<String> MPEGTS_TRACK = Set.of("language");
  }

  private static final class Codecs {
    static final Set<String> MP4 =
        Set.of(
            "h264",
            "hevc",
            "av1",
            "vp9",
            "mpeg4",
            "mpeg2video",
            "aac",
            "mp3",
            "ac3",
            "eac3",
            "opus",
            "flac",
            "alac",
            "mov_text",
            "mjpeg",
            "png");
    static final Set<String> MOV =
        with(
            Set.of(
                "h264",
                "hevc",
                "mpeg4",
                "mpeg2video",
                "prores",
                "dnxhd",
                "aac",
                "mp3",
                "ac3",
                "eac3",
                "alac",
                "mov_text",
                "mjpeg",
                "png"),
            "pcm_s16le",
            "pcm_s16be",
            "pcm_s24le",
            "pcm_s24be",
            "pcm_s32le",
            "pcm_f32le");
    static final Set<String> M4A = Set.of("aac", "alac");
    static final Set<String> MATROSKA =
        Set.of("subrip", "ass", "webvtt", "hdmv_pgs_subtitle", "dvd_subtitle", "mjpeg", "png");
    static final Set<String> WEBM = Set.of("vp8", "vp9", "av1", "opus", "vorbis", "webvtt");
    static final Set<String> MPEGTS =
        Set.of(
            "h264",
            "hevc",
            "mpeg2video",
            "mpeg1video",
            "aac",
            "mp2",
            "mp3",
            "ac3",
            "eac3",
            "opus",
            "dvb_subtitle",
            "dvb_teletext");

    private static Set<String> with(Set<String> base, String... more) {
      return Stream.concat(base.stream(), Stream.of(more)).collect(Collectors.toUnmodifiableSet());
    }
  }
}
