package dev.penstock.planner;

import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.Hdr;
import dev.penstock.model.PixelFormat;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The code values given to the encoder and the tags that say how to read them.
 *
 * <p>Full range stays full range. libav calls such 8-bit video {@code yuvj420p}; here it is {@code
 * yuv420p} with the range {@code pc}, which every encoder takes. libavfilter's step from the one to
 * the other leaves each code value as it is. Gray of full range is rather like RGB, from which it
 * is made: it becomes limited.
 *
 * @param toneMapped whether HDR is brought into SDR
 * @param fromRgb whether the pixels are converted from RGB, plain or by a palette, or from gray of
 *     full range
 * @param fromGray whether gray of limited range gets neutral chroma
 */
record Pixels(
    boolean toneMapped,
    boolean fromRgb,
    boolean fromGray,
    String format,
    Color color,
    HdrMetadata hdr) {
  private static final String EIGHT = "yuv420p";
  private static final String TEN = "yuv420p10le";
  private static final String BT709 = "bt709";

  static Pixels of(Request request, Track.Video track, EncoderChoice encoder) {
    boolean toneMapped = toneMaps(request, track, encoder);
    String format = format(request, track, encoder, toneMapped);
    PixelFormat source = track.pixelFormat();
    boolean grayStays = source.gray() && format.startsWith("gray");
    boolean full = source.rgb() || source.palette() || fullGray(track);
    boolean fromRgb = full && !grayStays && !isRgb(format);
    boolean fromGray = source.gray() && !full && !grayStays && !isRgb(format);
    noteAlpha(request, track, format);
    noteShallowHdr(request, track, encoder, format, toneMapped);
    return new Pixels(
        toneMapped,
        fromRgb,
        fromGray,
        encoder.taken(format),
        color(request, track, format, toneMapped, fromRgb),
        toneMapped ? HdrMetadata.NONE : staticOnly(track.hdr()));
  }

  // ---- dynamic range

  private static boolean toneMaps(Request request, Track.Video track, EncoderChoice encoder) {
    Optional<Hdr> asked = request.spec().video().hdr();
    if (!track.color().isHdr()) {
      asked
          .filter(hdr -> hdr == Hdr.SDR)
          .ifPresent(_ -> decideRange(request, track, "left as it is", "it is SDR already"));
      return false;
    }
    boolean toneMaps =
        asked.isPresent() ? asked.get() == Hdr.SDR : mapsByDefault(request, track, encoder);
    asked.ifPresent(hdr -> decideAsked(request, track, encoder, hdr));
    if (toneMaps) {
      checkZscale(request);
    }
    return toneMaps;
  }

  private static void decideAsked(
      Request request, Track.Video track, EncoderChoice encoder, Hdr hdr) {
    decideRange(
        request, track, hdr == Hdr.KEEP ? "HDR kept" : "tone-mapped to SDR", "--hdr asks for it");
    if (hdr == Hdr.KEEP && encoder.recipe().codec() == VideoCodec.H264) {
      request
          .ledger()
          .note(
              VideoTracks.subject(track)
                  + ": HDR in H.264 needs the High 10 profile, which few players decode");
    }
  }

  private static boolean mapsByDefault(Request request, Track.Video track, EncoderChoice encoder) {
    VideoCodec codec = encoder.recipe().codec();
    if (codec == VideoCodec.H264) {
      mapUnasked(
          request,
          track,
          "hardly any player shows HDR in H.264; --codec hevc or --hdr keep keeps it");
      return true;
    }
    if (!encoder.accepts(TEN)) {
      mapUnasked(
          request,
          track,
          "HDR needs 10 bits, which this build's " + encoder.recipe().encoder() + " lacks");
      return true;
    }
    decideRange(request, track, "HDR kept", codec.label() + " carries it in 10 bits");
    return false;
  }

  private static void mapUnasked(Request request, Track.Video track, String because) {
    decideRange(request, track, "tone-mapped to SDR", because);
    request.ledger().note(VideoTracks.subject(track) + ": HDR is tone-mapped to SDR: " + because);
  }

  private static void decideRange(
      Request request, Track.Video track, String choice, String because) {
    request.ledger().decide(VideoTracks.subject(track) + ", dynamic range", choice, because);
  }

  private static void checkZscale(Request request) {
    for (String filter : List.of("zscale", "tonemap")) {
      if (!request.capabilities().filters().contains(filter)) {
        request
            .ledger()
            .refuse(
                "tone mapping HDR to SDR",
                "this build has no filter " + filter,
                "libavfilter was built without it",
                "use --hdr keep with --codec hevc or av1, or another build");
      }
    }
  }

  // ---- pixel format

  private static String format(
      Request request, Track.Video track, EncoderChoice encoder, boolean toneMapped) {
    JobSpec.Video asked = request.spec().video();
    if (asked.pixelFormat().isPresent()) {
      return asAsked(request, track, encoder, asked.pixelFormat().get());
    }
    boolean keepsHdr = track.color().isHdr() && !toneMapped;
    String wanted = keepsHdr || keepsDepth(track, encoder, toneMapped) ? TEN : EIGHT;
    if (wanted.equals(TEN) && !encoder.accepts(TEN)) {
      if (keepsHdr) {
        refuseTenBits(request, encoder);
      }
      decideFormat(
          request,
          track,
          encoder.taken(EIGHT),
          encoder.recipe().encoder() + " of this build takes 8 bits only");
      return EIGHT;
    }
    decideFormat(request, track, encoder.taken(wanted), because(track, wanted, toneMapped));
    return wanted;
  }

  private static boolean keepsDepth(Track.Video track, EncoderChoice encoder, boolean toneMapped) {
    return track.pixelFormat().bitDepth() > 8
        && encoder.recipe().codec() != VideoCodec.H264
        && !toneMapped;
  }

  private static String asAsked(
      Request request, Track.Video track, EncoderChoice encoder, String name) {
    List<String> accepted = encoder.formats();
    if (!encoder.accepts(name)) {
      request
          .ledger()
          .refuse(
              "--pixel-format " + name,
              encoder.recipe().encoder() + " does not take it",
              "it takes " + String.join(", ", accepted),
              "choose one of those, or leave --pixel-format away");
    }
    decideFormat(request, track, encoder.taken(name), "--pixel-format asks for it");
    return name;
  }

  private static String because(Track.Video track, String wanted, boolean toneMapped) {
    int depth = track.pixelFormat().bitDepth();
    String source = track.pixelFormat().sampling() + " in " + depth + " bits";
    if (wanted.equals(TEN)) {
      return "the source has " + source + "; 4:2:0 in 10 bits keeps its depth and plays widely";
    }
    if (toneMapped) {
      return "SDR needs no more than 8 bits";
    }
    return depth > 8
        ? "the source has " + source + ", but few players decode H.264 beyond 8 bits"
        : "the source has " + source + "; every player decodes 4:2:0 in 8 bits";
  }

  private static void refuseTenBits(Request request, EncoderChoice encoder) {
    request
        .ledger()
        .refuse(
            "--hdr keep",
            "HDR needs 10 bits, which " + encoder.recipe().encoder() + " of this build lacks",
            "the library was built for 8 bits",
            "use --codec hevc or av1, or --hdr sdr");
  }

  private static void decideFormat(
      Request request, Track.Video track, String choice, String because) {
    request.ledger().decide(VideoTracks.subject(track) + ", pixel format", choice, because);
  }

  private static void noteAlpha(Request request, Track.Video track, String format) {
    if (isTransparent(track) && !format.contains("a4")) {
      request.ledger().note(VideoTracks.subject(track) + ": the transparency is lost");
    }
  }

  /** WebM keeps the transparency of VP8 and VP9 beside the pictures, whose decoders leave it. */
  private static boolean isTransparent(Track.Video track) {
    return track.pixelFormat().alpha()
        || track.stream().tags().entrySet().stream()
            .anyMatch(
                tag -> tag.getKey().equalsIgnoreCase("alpha_mode") && tag.getValue().equals("1"));
  }

  private static void noteShallowHdr(
      Request request,
      Track.Video track,
      EncoderChoice encoder,
      String format,
      boolean toneMapped) {
    boolean deep = format.contains("10") || format.contains("12");
    if (track.color().isHdr() && !toneMapped && !deep && encoder.accepts(format)) {
      request
          .ledger()
          .note(VideoTracks.subject(track) + ": HDR in 8 bits shows bands; 10 bits hide them");
    }
  }

  // ---- tags

  private static Color color(
      Request request, Track.Video track, String format, boolean toneMapped, boolean fromRgb) {
    Color source = track.color();
    if (isRgb(format)) {
      return new Color("pc", source.primaries(), source.transfer(), "gbr", Color.UNSPECIFIED);
    }
    if (toneMapped) {
      return new Color("tv", BT709, BT709, BT709, source.location());
    }
    if (fromRgb) {
      request
          .ledger()
          .decide(
              VideoTracks.subject(track) + ", colour",
              "BT.709, limited range",
              "the source is "
                  + track.pixelFormat().sampling()
                  + ", and this is what players assume of converted video");
      return new Color(
          "tv", or709(source.primaries()), or709(source.transfer()), BT709, Color.UNSPECIFIED);
    }
    // libav's yuvj formats are full range by definition.
    boolean full = format.startsWith("yuvj");
    return new Color(
        full ? "pc" : source.range(),
        source.primaries(),
        source.transfer(),
        matrix(source, track.pixelFormat()),
        source.location());
  }

  /** Where nothing is said, the standards of video mean limited range and pictures mean full. */
  private static boolean fullGray(Track.Video track) {
    boolean said = !track.color().range().equals(Color.UNSPECIFIED);
    boolean video =
        Stream.of(VideoCodec.values()).anyMatch(codec -> codec.id().equals(track.codec()));
    return track.pixelFormat().gray()
        && (track.pixelFormat().blackAndWhite() || (said ? track.color().isFullRange() : !video));
  }

  /** Gray pictures in PNG say that they are RGB, but such YUV would be illegal. */
  private static String matrix(Color source, PixelFormat format) {
    if (!source.matrix().equals("gbr")) {
      return source.matrix();
    }
    return format.gray() ? BT709 : Color.UNSPECIFIED;
  }

  private static String or709(String tag) {
    return tag.equals(Color.UNSPECIFIED) ? BT709 : tag;
  }

  private static HdrMetadata staticOnly(HdrMetadata source) {
    return new HdrMetadata(
        source.masteringDisplay(),
        source.contentLight(),
        /* hdr10Plus= */ false,
        /* dolbyVision= */ false);
  }

  // ---- facts of a format by its name

  private static boolean isRgb(String format) {
    String name = format.toLowerCase(Locale.ROOT);
    return name.startsWith("gbr") || name.startsWith("rgb") || name.startsWith("bgr");
  }

  boolean halvesWidth() {
    return halvesHeight()
        || format.contains("422")
        || format.startsWith("nv")
        || format.startsWith("p2");
  }

  boolean halvesHeight() {
    return format.contains("420")
        || format.startsWith("nv12")
        || format.startsWith("nv21")
        || format.startsWith("p010");
  }
}
