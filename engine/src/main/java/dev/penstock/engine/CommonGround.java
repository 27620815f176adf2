package dev.penstock.engine;

import dev.penstock.av.MetricGraph;
import dev.penstock.model.Color;
import dev.penstock.model.Filter;
import dev.penstock.model.Metric;
import dev.penstock.model.PixelFormat;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The pixels that two videos are compared in: size, chroma, range and matrix of the reference,
 * turned as its container asks, in the deeper of the two bit depths. Whatever is so already passes
 * untouched.
 *
 * @param size turned for display, in the reference's samples
 * @param color the range and matrix both are brought into
 */
record CommonGround(Size size, PixelFormat pixels, Color color) {
  private static final String SCALER = "bicubic+accurate_rnd+bitexact";

  /** Its windows have 8 by 8 samples. */
  private static final int SSIM_SIDE = 8;

  /** Names of the scale filter for libav's names; the two of BT.601 have the same numbers. */
  private static final Map<String, String> MATRICES =
      Map.of(
          "bt709", "bt709",
          "smpte170m", "bt601",
          "bt470bg", "bt601",
          "smpte240m", "smpte240m",
          "fcc", "fcc",
          "bt2020nc", "bt2020");

  static CommonGround of(Track.Video reference, Track.Video copy) {
    int depth = Math.max(reference.pixelFormat().bitDepth(), copy.pixelFormat().bitDepth());
    return new CommonGround(
        turned(reference, reference.size()),
        planar(reference.pixelFormat(), rounded(depth)),
        reference.color().withRange(isFull(reference) ? "pc" : "tv"));
  }

  /** The next depth that the filters take. */
  private static int rounded(int bits) {
    return List.of(8, 10, 12, 14).stream().filter(depth -> bits <= depth).findFirst().orElse(16);
  }

  /** The planar format with the same chroma; some samplings exist in 8 bits only. */
  private static PixelFormat planar(PixelFormat pixels, int depth) {
    String end = depth == 8 ? "" : depth + "le";
    if (pixels.gray()) {
      return new PixelFormat("gray" + end, depth, 0, 0, false, false);
    }
    if (pixels.rgb()) {
      return new PixelFormat("gbrp" + end, depth, 0, 0, true, false);
    }
    int x = pixels.chromaShiftX();
    int y = pixels.chromaShiftY();
    String digits =
        switch (x * 10 + y) {
          case 11 -> "420";
          case 10 -> "422";
          case 1 -> depth == 8 ? "440" : "444";
          case 20 -> depth == 8 ? "411" : "422";
          case 22 -> depth == 8 ? "410" : "420";
          default -> "444";
        };
    return switch (digits) {
      case "420" -> new PixelFormat("yuv420p" + end, depth, 1, 1, false, false);
      case "422" -> new PixelFormat("yuv422p" + end, depth, 1, 0, false, false);
      case "444" -> new PixelFormat("yuv444p" + end, depth, 0, 0, false, false);
      default -> new PixelFormat("yuv" + digits + "p", depth, x, y, false, false);
    };
  }

  /** As the planner sees it: gray that no video encoder made is full range unless it says. */
  private static boolean isFull(Track.Video track) {
    PixelFormat from = track.pixelFormat();
    if (from.rgb() || from.blackAndWhite()) {
      return true;
    }
    boolean said = !track.color().range().equals(Color.UNSPECIFIED);
    return (said || !from.gray())
        ? track.color().isFullRange()
        : VideoCodec.of(track.codec()).isEmpty();
  }

  private static Size turned(Track.Video track, Size size) {
    return track.rotation() % 180 == 0 ? size : size.turned();
  }

  /** Names of the planes. */
  List<String> components() {
    if (pixels.gray()) {
      return List.of("y");
    }
    return pixels.rgb() ? List.of("r", "g", "b") : List.of("y", "u", "v");
  }

  /** Whether the filter takes a picture so small; it may end the process otherwise. */
  boolean isLargeEnoughFor(Metric metric) {
    return switch (metric) {
      // Its blocks get a side of 0; vf_xpsnr.c, do_xpsnr() divides by it.
      case XPSNR -> 32 * Math.sqrt(size.pixels() / (3840.0 * 2160)) + 0.5 >= 1;
      case SSIM ->
          halved(size.width(), pixels.chromaShiftX()) >= SSIM_SIDE
              && halved(size.height(), pixels.chromaShiftY()) >= SSIM_SIDE;
      case PSNR -> true;
    };
  }

  /** Highest code value. */
  int peak() {
    return (1 << pixels.bitDepth()) - 1;
  }

  /** How many a plane has. */
  long samples(int plane) {
    boolean chroma = plane > 0;
    int x = chroma ? pixels.chromaShiftX() : 0;
    int y = chroma ? pixels.chromaShiftY() : 0;
    return (long) halved(size.width(), x) * halved(size.height(), y);
  }

  /** Rounded up, as libav does. */
  private static int halved(int side, int times) {
    return (side + (1 << times) - 1) >> times;
  }

  /** The filters that bring a track's frames of a coded size onto this ground. */
  String chain(Track.Video track, Size coded) {
    return Filter.chain(filters(track, coded));
  }

  /**
   * The text of a {@link MetricGraph} for frames that are on this ground.
   *
   * @param metrics in the order they are measured, at least one
   */
  static String graph(List<Metric> metrics) {
    StringBuilder text = new StringBuilder();
    text.append('[').append(MetricGraph.COPY).append("]split=").append(metrics.size());
    for (int i = 0; i < metrics.size(); i++) {
      text.append("[b").append(i).append(']');
    }
    String main = "[" + MetricGraph.REFERENCE + "]";
    for (int i = 0; i < metrics.size(); i++) {
      String filter = metrics.get(i).name().toLowerCase(Locale.ROOT);
      String next = i + 1 < metrics.size() ? "[m" + i + "]" : "";
      text.append(';').append(main).append("[b").append(i).append(']').append(filter).append(next);
      main = next;
    }
    return text.toString();
  }

  private List<Filter> filters(Track.Video track, Size coded) {
    List<Filter> filters = new ArrayList<>();
    if (track.pixelFormat().palette()) {
      filters.add(
          Filter.of("format", "the scaler reads palettes as it likes", "pix_fmts", "rgb24"));
    } else if (track.pixelFormat().blackAndWhite()) {
      filters.add(Filter.of("format", "the scaler reads bits as it likes", "pix_fmts", "gray"));
    }
    turn(track, filters);
    convert(track, turned(track, coded), filters);
    filters.add(Filter.of("format", "the filters want both alike", "pix_fmts", pixels.name()));
    filters.add(
        Filter.of(
            "setparams",
            "else libavfilter would convert the one to the other's tags",
            "range",
            color.range(),
            "colorspace",
            pixels.rgb() ? "gbr" : matrix()));
    return filters;
  }

  private String matrix() {
    return MATRICES.containsKey(color.matrix()) ? color.matrix() : "unknown";
  }

  /** The container's matrix means: mirror first, then turn clockwise. */
  private static void turn(Track.Video track, List<Filter> filters) {
    String why = "the container asks for it";
    if (track.mirrored()) {
      filters.add(Filter.of("hflip", why));
    }
    switch (track.rotation()) {
      case 90 -> filters.add(Filter.of("transpose", why, "dir", "clock"));
      case 180 -> {
        filters.add(Filter.of("hflip", why));
        filters.add(Filter.of("vflip", why));
      }
      case 270 -> filters.add(Filter.of("transpose", why, "dir", "cclock"));
      default -> {}
    }
  }

  private void convert(Track.Video track, Size shown, List<Filter> filters) {
    PixelFormat from = track.pixelFormat();
    boolean takesLuma = pixels.gray() && !from.gray() && !from.rgb();
    boolean sameRange = isFull(track) == color.isFullRange();
    boolean sameMatrix = sameMatrix(track);
    PixelFormat goal = takesLuma ? planar(from, pixels.bitDepth()) : pixels;
    boolean sameFormat = from.name().equals(goal.name());
    if (!shown.equals(size) || !sameFormat || !sameRange || !sameMatrix) {
      List<Object> args =
          new ArrayList<>(List.of("w", size.width(), "h", size.height(), "flags", SCALER));
      args.addAll(ranges(track, sameRange));
      if (!sameMatrix) {
        args.addAll(matrices(track));
      }
      filters.add(Filter.of("scale", "made like the reference", args.toArray()));
    }
    if (takesLuma) {
      filters.add(Filter.of("format", "its luma has the depth then", "pix_fmts", goal.name()));
      filters.add(Filter.of("extractplanes", "the reference is gray", "planes", "y"));
    }
  }

  private boolean sameMatrix(Track.Video track) {
    String from = MATRICES.get(track.color().matrix());
    String to = MATRICES.get(color.matrix());
    boolean alike = track.pixelFormat().rgb() == pixels.rgb();
    return alike && (pixels.rgb() || from == null || to == null || from.equals(to));
  }

  private List<Object> matrices(Track.Video track) {
    List<Object> args = new ArrayList<>();
    String from = MATRICES.get(track.color().matrix());
    String to = MATRICES.get(color.matrix());
    if (!track.pixelFormat().rgb() && from != null) {
      args.addAll(List.of("in_color_matrix", from));
    }
    if (!pixels.rgb() && to != null) {
      args.addAll(List.of("out_color_matrix", to));
    }
    return args;
  }

  private List<Object> ranges(Track.Video track, boolean sameRange) {
    boolean touchesGray = track.pixelFormat().gray() || pixels.gray();
    // libswscale takes all gray for full range; told that both sides are, it changes no value.
    if (touchesGray && sameRange) {
      return List.of("in_range", "pc", "out_range", "pc");
    }
    List<Object> args = new ArrayList<>();
    if (!track.pixelFormat().rgb()) {
      args.addAll(List.of("in_range", isFull(track) ? "pc" : "tv"));
    }
    if (!pixels.rgb()) {
      args.addAll(List.of("out_range", color.range()));
    }
    return args;
  }
}
