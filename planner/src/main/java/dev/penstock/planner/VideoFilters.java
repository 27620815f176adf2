package dev.penstock.planner;

import dev.penstock.model.Color;
import dev.penstock.model.Crop;
import dev.penstock.model.Filter;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.Deinterlace;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds the chain from decoded to encoded pictures. The order is the meaning: fields are joined
 * before anything moves lines; the picture is turned before it is cropped, because crops are given
 * on the turned picture; it is made smaller before the costly tone mapping and larger after it;
 * bars come after the size, so that they are not resampled.
 */
final class VideoFilters {
  /** Exact sums: without them libswscale's vector code rounds otherwise on every kind of CPU. */
  static final String SCALER = "bicubic+accurate_rnd+bitexact";

  private final Request request;
  private final JobSpec.Video asked;
  private final Track.Video track;
  private final Pixels pixels;
  private final List<Filter> filters = new ArrayList<>();
  private Size size;
  private Rational sampleAspect;
  private boolean rgb;
  private boolean gray;
  private boolean scaled;

  /**
   * The finished chain.
   *
   * @param size of the pictures that leave it
   */
  record Result(List<Filter> filters, Size size) {}

  private VideoFilters(Request request, Track.Video track, Pixels pixels) {
    this.request = request;
    this.asked = request.spec().video();
    this.track = track;
    this.pixels = pixels;
    this.size = track.size();
    this.sampleAspect = track.sampleAspect();
    this.rgb = pixels.fromRgb() && !pixels.toneMapped();
    this.gray = pixels.fromGray() && !pixels.toneMapped();
  }

  static Result of(Request request, Track.Video track, Timing timing, Pixels pixels) {
    return new VideoFilters(request, track, pixels).build(timing);
  }

  private Result build(Timing timing) {
    lookUp();
    deinterlace();
    if (timing.thins(track)) {
      resample("left-out frames need no further work");
    }
    turn();
    asked.crop().ifPresent(this::crop);
    resizeAndToneMap();
    if (!timing.thins(track)) {
      resample("--fps asks for it");
    }
    asked.pad().ifPresent(this::pad);
    makeEven();
    convert();
    return new Result(filters, size);
  }

  private void add(Filter filter) {
    filters.add(filter);
  }

  /** libswscale takes these straight to luma and chroma, but not as it is told to. */
  private void lookUp() {
    if (rgb && track.pixelFormat().palette()) {
      add(Filter.of("format", "the source has a palette of colours", "pix_fmts", "rgb24"));
    } else if (rgb && track.pixelFormat().blackAndWhite()) {
      add(Filter.of("format", "the source has one bit a pixel", "pix_fmts", "gray"));
    }
  }

  // ---- fields and frames

  private void deinterlace() {
    boolean wanted =
        switch (asked.deinterlace()) {
          case AUTO -> track.scan().mayBeInterlaced();
          case ON -> true;
          case OFF -> false;
        };
    if (!wanted) {
      return;
    }
    boolean all = asked.deinterlace() == Deinterlace.ON;
    add(
        Filter.of(
            "bwdif",
            all ? "--deinterlace on asks for it" : "the source is interlaced; " + keepsCount(),
            "mode",
            "send_frame",
            "parity",
            "auto",
            "deint",
            all ? "all" : "interlaced"));
  }

  private static String keepsCount() {
    return "one picture per frame keeps their number, and frames that are not marked pass as they"
        + " are";
  }

  private void resample(String why) {
    asked.fps().ifPresent(fps -> add(Filter.of("fps", why, "fps", fps)));
  }

  // ---- rotation and cropping

  /** The container's matrix means: mirror first, then turn clockwise. */
  private void turn() {
    if (asked.rotate() == JobSpec.Rotate.OFF) {
      return;
    }
    if (track.mirrored()) {
      add(Filter.of("hflip", "the container says that the picture is mirrored"));
    }
    String why = "the container says to turn the picture by " + track.rotation() + " degrees";
    switch (track.rotation()) {
      case 90 -> quarterTurn("clock", why);
      case 180 -> {
        add(Filter.of("hflip", why));
        add(Filter.of("vflip", why));
      }
      case 270 -> quarterTurn("cclock", why);
      default -> {}
    }
  }

  private void quarterTurn(String direction, String why) {
    add(Filter.of("transpose", why, "dir", direction));
    size = size.turned();
    sampleAspect = sampleAspect.inverse();
  }

  private void crop(Crop crop) {
    if (crop.width() < 1
        || crop.height() < 1
        || crop.x() < 0
        || crop.y() < 0
        || (long) crop.x() + crop.width() > size.width()
        || (long) crop.y() + crop.height() > size.height()) {
      request
          .ledger()
          .refuse(
              "--crop " + crop,
              "it reaches outside the picture",
              "the picture is " + size + (track.rotation() % 180 == 0 ? "" : " after turning"),
              "give a part of the picture, as WxH+X+Y");
      return;
    }
    cropTo(new Size(crop.width(), crop.height()), crop.x(), crop.y(), "--crop asks for it");
  }

  private void cropTo(Size part, int x, int y, String why) {
    add(Filter.of("crop", why, "w", part.width(), "h", part.height(), "x", x, "y", y, "exact", 1));
    size = part;
  }

  // ---- size and dynamic range

  private void resizeAndToneMap() {
    Optional<Size> target = target();
    boolean smaller = target.filter(goal -> goal.pixels() < size.pixels()).isPresent();
    if (smaller) {
      target.ifPresent(this::scale);
    }
    if (pixels.toneMapped()) {
      toneMap();
    }
    if (!smaller) {
      target.ifPresent(this::scale);
    }
  }

  private Optional<Size> target() {
    Optional<Size> goal = asked.size().map(spec -> Sizing.target(spec, size, sampleAspect, pixels));
    if (goal.isEmpty() && asked.pad().isPresent() && !sampleAspect.equals(Rational.ONE)) {
      // Bars are asked for in pixels as shown, so the picture gets square ones first.
      goal = Optional.of(Sizing.square(size, sampleAspect, pixels));
    }
    return goal.filter(this::isPossible)
        .filter(wanted -> !(wanted.equals(size) && sampleAspect.equals(Rational.ONE)));
  }

  private boolean isPossible(Size goal) {
    if (goal.width() < 2 || goal.height() < 2 || Math.max(goal.width(), goal.height()) > 16384) {
      refuseSize("--size", goal + " is beyond what encoders take", "sides of 2 to 16384 work");
      return false;
    }
    if (odd(goal) && asked.size().filter(SizeSpec.Exactly.class::isInstance).isPresent()) {
      refuseSize(
          "--size " + goal + "!",
          "its sides must be even",
          pixels.format() + " stores one colour sample for two by two pixels; try " + goal.even());
      return false;
    }
    noteEnlarged(goal);
    return true;
  }

  private void noteEnlarged(Size goal) {
    Size shown = Sizing.square(size, sampleAspect, pixels);
    if (goal.pixels() > shown.pixels()) {
      request
          .ledger()
          .note(
              VideoTracks.subject(track)
                  + " is enlarged from "
                  + shown
                  + " to "
                  + goal
                  + ", which adds no detail");
    }
  }

  private void refuseSize(String subject, String problem, String cause) {
    request.ledger().refuse(subject, problem, cause, "ask for another size");
  }

  private boolean odd(Size candidate) {
    return (pixels.halvesWidth() && candidate.width() % 2 != 0)
        || (pixels.halvesHeight() && candidate.height() % 2 != 0);
  }

  private void scale(Size goal) {
    List<Object> args =
        new ArrayList<>(List.of("w", goal.width(), "h", goal.height(), "flags", SCALER));
    if (track.scan().mayBeInterlaced() && asked.deinterlace() == Deinterlace.OFF) {
      args.addAll(List.of("interl", 1));
    }
    args.addAll(colors());
    add(Filter.of("scale", scaleWhy(goal), args.toArray()));
    add(Filter.of("setsar", "the size asked for is in square pixels", "sar", 1));
    nameRange();
    size = goal;
    sampleAspect = Rational.ONE;
    scaled = true;
  }

  private String scaleWhy(Size goal) {
    String asking = asked.size().isPresent() ? "--size asks for it" : "--pad needs square pixels";
    boolean first = pixels.toneMapped() && goal.pixels() < size.pixels();
    return first ? asking + "; before tone mapping, which then has less to do" : asking;
  }

  private void toneMap() {
    toneMapping(track.color()).forEach(this::add);
    add(format("it is the encoder's pixel format"));
  }

  /** From high dynamic range to BT.709 of limited range, in a pixel format of floats. */
  static List<Filter> toneMapping(Color source) {
    return List.of(
        Filter.of(
            "setparams",
            "zscale needs every tag; HDR with incomplete ones is BT.2020 in practice",
            "range",
            source.isFullRange() ? "pc" : "tv",
            "color_primaries",
            known(source.primaries(), "bt2020"),
            "color_trc",
            source.transfer(),
            "colorspace",
            known(source.matrix(), "bt2020nc")),
        Filter.of(
            "zscale", "brightness is mapped in linear light", "transfer", "linear", "npl", 100),
        Filter.of("format", "values beyond white need room", "pix_fmts", "gbrpf32le"),
        Filter.of("zscale", "SDR screens have these colours", "primaries", "bt709"),
        Filter.of(
            "tonemap",
            "it keeps detail in highlights and the rest as bright as it was",
            "tonemap",
            "hable",
            "desat",
            0),
        Filter.of(
            "zscale",
            "players expect the code values of BT.709",
            "transfer",
            "bt709",
            "matrix",
            "bt709",
            "range",
            "limited"));
  }

  private static String known(String tag, String otherwise) {
    return tag.equals(Color.UNSPECIFIED) ? otherwise : tag;
  }

  // ---- bars

  private void pad(PadSpec spec) {
    Size goal =
        switch (spec) {
          case PadSpec.To(Size to) -> to;
          case PadSpec.Aspect(Rational ratio) -> Sizing.padded(size, ratio, pixels);
        };
    if (goal.width() < size.width() || goal.height() < size.height()) {
      request
          .ledger()
          .refuse(
              "--pad " + goal,
              "it is smaller than the picture",
              "the picture is " + size + " at this point",
              "add --size " + goal + ", or give larger bars");
      return;
    }
    if (odd(goal)) {
      refuseSize("--pad " + goal, "its sides must be even", "try " + goal.even());
    }
    if (!goal.equals(size)) {
      padTo(goal);
    }
  }

  private void padTo(Size goal) {
    add(
        Filter.of(
            "pad",
            "--pad asks for it; the picture is centred",
            "w",
            goal.width(),
            "h",
            goal.height(),
            "x",
            ((goal.width() - size.width()) / 2) & ~1,
            "y",
            ((goal.height() - size.height()) / 2) & ~1,
            "color",
            "black"));
    size = goal;
  }

  // ---- what the encoder takes

  private void makeEven() {
    if (odd(size)) {
      Size even =
          new Size(
              pixels.halvesWidth() ? size.width() & ~1 : size.width(),
              pixels.halvesHeight() ? size.height() & ~1 : size.height());
      noteCrop(even);
      cropTo(
          even,
          0,
          0,
          pixels.format()
              + " needs even sides; leaving out one column or row keeps all other pixels exact,"
              + " scaling would blur them all");
    }
  }

  private void noteCrop(Size even) {
    asked
        .crop()
        .ifPresent(crop ->
            request
                .ledger()
                .note(
                    VideoTracks.subject(track)
                        + ": --crop "
                        + crop
                        + " leaves odd sides, which "
                        + pixels.format()
                        + " cannot have; the picture is "
                        + even));
  }

  private void convert() {
    String source = track.pixelFormat().name();
    if (source.equals(pixels.format()) || pixels.toneMapped()) {
      return;
    }
    // One that libavfilter put in by itself would round as the CPU likes; yuvj is only a label.
    if (!scaled && !source.replace("yuvj", "yuv").equals(pixels.format())) {
      convertPixels();
    }
    add(format("it is the encoder's pixel format; the source has " + source));
  }

  private void convertPixels() {
    String why = "the conversion comes out the same on every machine";
    if (rgb) {
      why = "the source is " + track.pixelFormat().sampling() + "; encoders take luma and chroma";
    } else if (gray) {
      why = "the source is gray, and its code values stay as they are";
    }
    List<Object> args = new ArrayList<>(List.of("flags", SCALER));
    args.addAll(colors());
    add(Filter.of("scale", why, args.toArray()));
    nameRange();
  }

  /** What the scaler that meets the source's pixels has to know of their colours. */
  private List<Object> colors() {
    if (rgb) {
      return List.of("out_color_matrix", "bt709", "out_range", "tv");
    }
    // libswscale takes all gray for full range; told that both sides are, it changes no value.
    return gray ? List.of("in_range", "pc", "out_range", "pc") : List.of();
  }

  /** Gray of limited range has been passed off as full; later filters should know better. */
  private void nameRange() {
    if (gray && !pixels.color().isFullRange()) {
      add(Filter.of("setparams", "the source has limited range", "range", "tv"));
    }
  }

  private Filter format(String why) {
    return Filter.of("format", why, "pix_fmts", pixels.format());
  }
}
