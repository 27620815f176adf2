package dev.penstock.planner;

import dev.penstock.model.Chapter;
import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.Loudness;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.PixelFormat;
import dev.penstock.model.Rational;
import dev.penstock.model.Scan;
import dev.penstock.model.StreamFacts;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Builds the facts of an input: a 10 s file, whose tracks are added one by one. */
final class TestMedia {
  private String format = "matroska,webm";
  static final Color BT709 = new Color("tv", "bt709", "bt709", "bt709", "left");
  static final Color PQ = new Color("tv", "bt2020", "smpte2084", "bt2020nc", "left");

  private final List<Track> tracks = new ArrayList<>();
  private final List<Chapter> chapters = new ArrayList<>();
  private Map<String, String> tags = Map.of();
  private Duration length = Duration.ofSeconds(10);

  /** H.264, 1920x1080, 25 frames per second, with stereo AAC: what most files are. */
  static TestMedia ordinary() {
    return new TestMedia().video(new Pictures()).audio("aac", 48000, 2, "stereo");
  }

  static TestMedia empty() {
    return new TestMedia();
  }

  static TestMedia of(Pictures pictures) {
    return new TestMedia().video(pictures);
  }

  TestMedia video(Pictures pictures) {
    tracks.add(pictures.track(tracks.size()));
    return this;
  }

  TestMedia audio(String codec, int sampleRate, int channels, String layout) {
    return audio(codec, sampleRate, channels, layout, Optional.empty());
  }

  TestMedia audio(
      String codec, int sampleRate, int channels, String layout, Optional<Loudness> loudness) {
    tracks.add(
        new Track.Audio(
            stream(tracks.size(), codec, Map.of("language", "deu", "BPS-eng", "1")),
            sampleRate,
            channels,
            layout,
            "fltp",
            OptionalInt.empty(),
            loudness));
    return this;
  }

  /** AAC with these tags. */
  TestMedia sound(Map<String, String> trackTags) {
    tracks.add(
        new Track.Audio(
            stream(tracks.size(), "aac", trackTags),
            48000,
            2,
            "stereo",
            "fltp",
            OptionalInt.empty(),
            Optional.empty()));
    return this;
  }

  TestMedia subtitle(String codec, boolean text) {
    tracks.add(new Track.Subtitle(stream(tracks.size(), codec, Map.of()), text));
    return this;
  }

  TestMedia cover(String codec) {
    tracks.add(new Track.Picture(stream(tracks.size(), codec, Map.of()), 600, 600));
    return this;
  }

  TestMedia attachment() {
    tracks.add(
        new Track.Attachment(stream(tracks.size(), "ttf", Map.of()), "font.ttf", "font/ttf"));
    return this;
  }

  TestMedia data() {
    tracks.add(new Track.Data(stream(tracks.size(), "bin_data", Map.of("title", "GoPro MET"))));
    return this;
  }

  TestMedia chapter(String title, int from, int to) {
    chapters.add(new Chapter(title, Duration.ofSeconds(from), Duration.ofSeconds(to)));
    return this;
  }

  TestMedia tags(Map<String, String> newTags) {
    tags = newTags;
    return this;
  }

  /** What libav calls the container. */
  TestMedia inside(String newFormat) {
    format = newFormat;
    return this;
  }

  TestMedia lasting(int seconds) {
    length = Duration.ofSeconds(seconds);
    return this;
  }

  MediaInfo info() {
    return new MediaInfo(
        "in.mkv",
        format,
        "Matroska",
        Optional.of(length),
        Duration.ZERO,
        OptionalLong.empty(),
        OptionalLong.empty(),
        /* seekable= */ true,
        tags,
        chapters,
        tracks);
  }

  private static StreamFacts stream(int index, String codec, Map<String, String> tags) {
    return stream(index, codec, Optional.empty(), tags);
  }

  private static StreamFacts stream(
      int index, String codec, Optional<String> profile, Map<String, String> tags) {
    return new StreamFacts(
        index,
        codec,
        profile,
        new Rational(1, 1000),
        Optional.of(Duration.ZERO),
        Optional.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        List.of("default"),
        tags);
  }

  /** Builds a video track. */
  static final class Pictures {
    private String codec = "h264";
    private Optional<String> profile = Optional.empty();
    private int width = 1920;
    private int height = 1080;
    private Rational sampleAspect = Rational.ONE;
    private Rational rate = new Rational(25, 1);
    private boolean variable;
    private PixelFormat format = new PixelFormat("yuv420p", 8, 1, 1, false, false);
    private Color color = BT709;
    private HdrMetadata hdr = HdrMetadata.NONE;
    private int rotation;
    private boolean mirrored;
    private Scan scan = Scan.PROGRESSIVE;
    private boolean captions;
    private final Map<String, String> trackTags =
        new HashMap<>(Map.of("title", "Film", "DURATION", "00:10", "rotate", "90"));

    Pictures tag(String name, String value) {
      trackTags.put(name, value);
      return this;
    }

    Pictures codec(String newCodec) {
      codec = newCodec;
      return this;
    }

    /** As libav names it. */
    Pictures profile(String newProfile) {
      profile = Optional.of(newProfile);
      return this;
    }

    Pictures size(int newWidth, int newHeight) {
      width = newWidth;
      height = newHeight;
      return this;
    }

    Pictures sampleAspect(int num, int den) {
      sampleAspect = new Rational(num, den);
      return this;
    }

    Pictures rate(int num, int den) {
      rate = new Rational(num, den);
      return this;
    }

    Pictures variable() {
      variable = true;
      return this;
    }

    Pictures format(String name, int bits, int shiftX, int shiftY) {
      format = new PixelFormat(name, bits, shiftX, shiftY, false, false);
      return this;
    }

    /** As in PNG files, which tag all formats as RGB. */
    Pictures png(String name) {
      format = new PixelFormat(name, 8, 0, 0, false, false);
      color = new Color("pc", "unspecified", "unspecified", "gbr", "unspecified");
      return this;
    }

    Pictures rgb(String name) {
      format = new PixelFormat(name, 8, 0, 0, true, name.contains("a"));
      color = new Color("pc", "unspecified", "unspecified", "gbr", "unspecified");
      return this;
    }

    Pictures color(Color newColor) {
      color = newColor;
      return this;
    }

    /** HDR10 in 10 bits. */
    Pictures hdr10() {
      hdr =
          new HdrMetadata(
              Optional.empty(), Optional.of(new HdrMetadata.ContentLight(1000, 400)), true, true);
      return color(PQ).format("yuv420p10le", 10, 1, 1);
    }

    Pictures rotation(int degrees) {
      rotation = degrees;
      return this;
    }

    Pictures mirrored() {
      mirrored = true;
      return this;
    }

    Pictures scan(Scan newScan) {
      scan = newScan;
      return this;
    }

    Pictures captions() {
      captions = true;
      return this;
    }

    private Track.Video track(int index) {
      return new Track.Video(
          stream(index, codec, profile, trackTags),
          width,
          height,
          sampleAspect,
          Optional.of(rate),
          variable ? Optional.empty() : Optional.of(rate),
          variable,
          format,
          color,
          hdr,
          rotation,
          mirrored,
          scan,
          captions);
    }
  }
}
