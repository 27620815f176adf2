package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.Rendition.Audio;
import dev.penstock.engine.packaging.Rendition.CodePoints;
import dev.penstock.engine.packaging.Rendition.Video;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The MPD of a presentation that has been written. Pure: text from records. Section numbers are
 * those of ISO/IEC 23009-1.
 *
 * <p>Renditions in one file each make it a presentation of the on-demand profile (8.3): players
 * find the segments by the {@code sidx}. Segments in files of their own make it one of the live
 * profile (8.4), static all the same, with a time line that is exact to the tick.
 */
public final class DashManifest {
  private static final String ON_DEMAND =
      "urn:mpeg:dash:profile:isoff-on-demand:2011,urn:mpeg:dash:profile:cmaf:2019";
  private static final String LIVE =
      "urn:mpeg:dash:profile:isoff-live:2011,urn:mpeg:dash:profile:cmaf:2019";
  private static final String ROLE = "urn:mpeg:dash:role:2011";
  private static final String CICP = "urn:mpeg:mpegB:cicp:";

  private DashManifest() {}

  /**
   * Whether DASH can carry it: it knows no encryption of whole segments, and one MPD holds either
   * byte ranges or files.
   */
  public static boolean canCarry(Presentation presentation) {
    return presentation.renditions().stream()
        .noneMatch(r -> r.spec().protection() instanceof Protection.WholeSegments);
  }

  /** The MPD. */
  public static String mpd(Presentation presentation) {
    if (!canCarry(presentation)) {
      throw new IllegalArgumentException("DASH knows no encryption of whole segments");
    }
    boolean oneFile = presentation.renditions().stream().allMatch(Rendition::isOneFile);
    Xml xml = new Xml();
    xml.open("MPD")
        .with("xmlns", "urn:mpeg:dash:schema:mpd:2011")
        .with("xmlns:cenc", "urn:mpeg:cenc:2013")
        .with("profiles", oneFile ? ON_DEMAND : LIVE)
        .with("type", "static")
        .with("mediaPresentationDuration", duration(end(presentation)))
        .with("minBufferTime", "PT" + longestSegment(presentation) + "S");
    xml.open("Period").with("id", "0").with("start", "PT0S");
    int number = 0;
    for (List<Rendition> set : adaptationSets(presentation).values()) {
      adaptationSet(xml, set, number++, presentation);
    }
    for (Subtitles subtitles : presentation.subtitles()) {
      subtitles(xml, subtitles, number++);
    }
    return xml.close().close().text();
  }

  /** 5.3.1.2: the end of the longest track, rounded up to the nanosecond where it must be. */
  private static BigDecimal end(Presentation presentation) {
    return presentation.renditions().stream()
        .map(r ->
            BigDecimal.valueOf(r.end())
                .divide(BigDecimal.valueOf(r.timescale()), 9, RoundingMode.CEILING))
        .reduce(BigDecimal.ZERO, BigDecimal::max);
  }

  private static String duration(BigDecimal seconds) {
    return "PT" + seconds.stripTrailingZeros().toPlainString() + "S";
  }

  private static long longestSegment(Presentation presentation) {
    return presentation.renditions().stream()
        .flatMap(r -> r.segments().stream().map(s -> Math.ceil(r.seconds(s.duration()))))
        .mapToLong(Double::longValue)
        .reduce(1, Math::max);
  }

  /**
   * 5.3.3.1: what a player may switch between while it plays. So pictures of one codec, range and
   * protection; sounds of one codec, language, purpose and number of channels.
   */
  private static Map<String, List<Rendition>> adaptationSets(Presentation presentation) {
    Map<String, List<Rendition>> sets = new LinkedHashMap<>();
    List<Rendition> ordered = new ArrayList<>(presentation.video());
    ordered.addAll(presentation.audio());
    for (Rendition rendition : ordered) {
      sets.computeIfAbsent(key(rendition), _ -> new ArrayList<>()).add(rendition);
    }
    return sets;
  }

  private static String key(Rendition rendition) {
    String family = rendition.codecs().split("\\.", 2)[0];
    return switch (rendition.media()) {
      case Video video -> family + "/" + video.range() + "/" + video.sampleAspect();
      case Audio audio ->
          rendition.codecs()
              + "/"
              + rendition.spec().language()
              + "/"
              + rendition.spec().describesVideo()
              + "/"
              + audio.channels()
              + "/"
              + audio.sampleRate();
    };
  }

  private static void adaptationSet(
      Xml xml, List<Rendition> set, int number, Presentation presentation) {
    Rendition first = set.getFirst();
    RenditionSpec spec = first.spec();
    boolean video = first.media() instanceof Video;
    xml.open("AdaptationSet")
        .with("id", Integer.toString(number))
        .with("contentType", video ? "video" : "audio")
        .with("mimeType", video ? "video/mp4" : "audio/mp4");
    spec.language().ifPresent(l -> xml.with("lang", Languages.tag(l)));
    if (first.isOneFile()) {
      xml.with("subsegmentAlignment", "true").with("subsegmentStartsWithSAP", "1");
    } else {
      xml.with("segmentAlignment", "true").with("startWithSAP", "1");
    }
    protection(xml, spec);
    colour(xml, first);
    if (!video && !spec.name().isEmpty()) {
      xml.element("Label", spec.name());
    }
    if (set.stream().anyMatch(Rendition::hasCaptions)) {
      descriptor(xml, "Accessibility", "urn:scte:dash:cc:cea-608:2015", "CC1=und");
    }
    if (spec.describesVideo()) {
      descriptor(xml, "Accessibility", "urn:tva:metadata:cs:AudioPurposeCS:2007", "1");
    }
    descriptor(xml, "Role", ROLE, role(first, video, presentation));
    set.forEach(rendition -> representation(xml, rendition));
    xml.close();
  }

  /** 5.8.5.5. Without any default, the first sound is the main one. */
  private static String role(Rendition rendition, boolean video, Presentation presentation) {
    if (rendition.spec().describesVideo()) {
      return "description";
    }
    List<Rendition> audio = presentation.audio();
    Rendition main =
        audio.stream()
            .filter(r -> r.spec().isDefault())
            .findFirst()
            .orElse(audio.isEmpty() ? rendition : audio.getFirst());
    boolean sameLanguage = rendition.spec().language().equals(main.spec().language());
    return video || sameLanguage ? "main" : "dub";
  }

  /** 5.8.4.1 and ISO/IEC 23001-7 11.2. */
  private static void protection(Xml xml, RenditionSpec spec) {
    if (spec.protection() instanceof Protection.Samples samples) {
      xml.open("ContentProtection")
          .with("schemeIdUri", "urn:mpeg:dash:mp4protection:2011")
          .with("value", "cbcs")
          .with("cenc:default_KID", uuid(samples.key().id()))
          .close();
      // The W3C's Clear Key, which every browser has.
      descriptor(
          xml, "ContentProtection", "urn:uuid:e2719d58-a985-b3c9-781a-b030af78d30e", "ClearKey1.0");
    }
  }

  private static String uuid(byte[] id) {
    String hex = HexFormat.of().formatHex(id);
    return String.join(
        "-",
        hex.substring(0, 8),
        hex.substring(8, 12),
        hex.substring(12, 16),
        hex.substring(16, 20),
        hex.substring(20));
  }

  /**
   * 5.8.5.9: supplemental, because a player that does not know them shows the picture all the same.
   */
  private static void colour(Xml xml, Rendition rendition) {
    Optional<CodePoints> points =
        rendition.media() instanceof Video video ? video.colour() : Optional.empty();
    points.ifPresent(p -> {
      descriptor(xml, "SupplementalProperty", CICP + "ColourPrimaries", "" + p.primaries());
      descriptor(xml, "SupplementalProperty", CICP + "TransferCharacteristics", "" + p.transfer());
      descriptor(xml, "SupplementalProperty", CICP + "MatrixCoefficients", "" + p.matrix());
    });
  }

  private static void descriptor(Xml xml, String name, String scheme, String value) {
    xml.open(name).with("schemeIdUri", scheme).with("value", value).close();
  }

  /** 5.3.5. */
  private static void representation(Xml xml, Rendition rendition) {
    xml.open("Representation")
        .with("id", rendition.id())
        .with("codecs", rendition.codecs())
        .with("bandwidth", Long.toString(rendition.peakBitRate()));
    switch (rendition.media()) {
      case Video video ->
          xml.with("width", Integer.toString(video.coded().width()))
              .with("height", Integer.toString(video.coded().height()))
              .with("frameRate", video.frameRate().toString())
              .with("sar", video.sampleAspect().num() + ":" + video.sampleAspect().den());
      case Audio audio -> {
        xml.with("audioSamplingRate", Integer.toString(audio.sampleRate()));
        channels(xml, audio.channels());
      }
    }
    if (rendition.isOneFile()) {
      byIndex(xml, rendition);
    } else {
      byFile(xml, rendition);
    }
    xml.close();
  }

  /** Layouts of ISO/IEC 23091-3 that a number of channels stands for. */
  private static void channels(Xml xml, int count) {
    int layout =
        switch (count) {
          case 1, 2, 3, 4, 5, 6 -> count;
          case 7 -> 11;
          case 8 -> 12;
          default -> 0;
        };
    descriptor(
        xml, "AudioChannelConfiguration", CICP + "ChannelConfiguration", Integer.toString(layout));
  }

  /** 5.3.9.2. */
  private static void byIndex(Xml xml, Rendition rendition) {
    Span index = rendition.index().orElseThrow();
    xml.element("BaseURL", rendition.init().uri());
    xml.open("SegmentBase")
        .with("indexRange", index.range())
        .with("timescale", Integer.toString(rendition.timescale()));
    xml.open("Initialization").with("range", rendition.init().range()).close().close();
  }

  /** 5.3.9.4 and 5.3.9.6: runs of equal durations are one element. */
  private static void byFile(Xml xml, Rendition rendition) {
    xml.open("SegmentTemplate")
        .with("timescale", Integer.toString(rendition.timescale()))
        .with("initialization", "$RepresentationID$/init.mp4")
        .with("media", "$RepresentationID$/$Number%05d$.m4s")
        .with("startNumber", "1");
    xml.open("SegmentTimeline");
    List<Segment> segments = rendition.segments();
    for (int i = 0; i < segments.size(); ) {
      int run = i + 1;
      while (run < segments.size() && segments.get(run).duration() == segments.get(i).duration()) {
        run++;
      }
      xml.open("S");
      if (i == 0) {
        xml.with("t", Long.toString(segments.get(i).start()));
      }
      xml.with("d", Long.toString(segments.get(i).duration()));
      if (run - i > 1) {
        xml.with("r", Integer.toString(run - i - 1));
      }
      xml.close();
      i = run;
    }
    xml.close().close();
  }

  /** A file beside, as DASH-IF's guidelines have it: one WebVTT document for the period. */
  private static void subtitles(Xml xml, Subtitles subtitles, int number) {
    RenditionSpec spec = subtitles.spec();
    long millis = subtitles.segments().getLast().end();
    String bandwidth =
        Long.toString(1 + subtitles.file().bytes() * 8 * Subtitles.TIMESCALE / millis);
    xml.open("AdaptationSet")
        .with("id", Integer.toString(number))
        .with("contentType", "text")
        .with("mimeType", "text/vtt");
    spec.language().ifPresent(l -> xml.with("lang", Languages.tag(l)));
    if (!spec.name().isEmpty()) {
      xml.element("Label", spec.name());
    }
    descriptor(xml, "Role", ROLE, subtitles.forced() ? "forced-subtitle" : "subtitle");
    xml.open("Representation").with("id", spec.id()).with("bandwidth", bandwidth);
    xml.element("BaseURL", subtitles.file().uri());
    xml.close().close();
  }
}
