package dev.penstock.planner;

import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Rational;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Says when an encoder has too few bits: over a window of pictures, its quantiser stays near the
 * coarsest that its codec has, while it spends what it was given. Fed with each picture in the
 * order of encoding; knows no clock. Of one thread.
 *
 * <p>Black, and what fades to it, takes few bits whatever the quantiser, and is not starved by
 * that. Encoders that are led by a quality choose their quantiser, and are not watched.
 */
public final class Starvation {
  /** Of pictures, in seconds: longer than most fades. */
  private static final double WINDOW = 2;

  private static final int LEAST_WINDOW = 24;
  private static final int MOST_WINDOW = 240;
  private static final double USUAL_RATE = 25;

  /** Parts of the scale; on that of H.264, 45, 42 and 36. */
  private static final double STARVED = 45.0 / 51;

  private static final double FED = 42.0 / 51;
  private static final double CURED = 36.0 / 51;

  /** What of the asked rate is spent at least where the rate is what quality lacks. */
  private static final double SPENT = 0.5;

  /** Encoders that tell the quantiser of each picture, and the coarsest on the scale they use. */
  private static final Map<String, Integer> SCALES =
      Map.of(
          "libx264", 51,
          "libx265", 51,
          "libsvtav1", 63,
          "h264_nvenc", 51,
          "hevc_nvenc", 51,
          "av1_nvenc", 255);

  /** Options that lead by quality where they are set. */
  private static final Set<String> QUALITIES = Set.of("crf", "cq", "qp", "global_quality");

  private final int coarsest;
  private final double target;
  private final double rate;
  private final double[] qps;
  private final long[] sizes;
  private int filled;
  private int next;
  private double qpSum;
  private long byteSum;
  private boolean starved;

  /** Nothing is known yet of an encoder with this scale, asked for so many bits a second. */
  Starvation(int coarsest, long target, double rate) {
    this.coarsest = coarsest;
    this.target = target;
    this.rate = rate;
    int window = Math.clamp(Math.round(WINDOW * rate), LEAST_WINDOW, MOST_WINDOW);
    this.qps = new double[window];
    this.sizes = new long[window];
  }

  /** Whether an encoder tells the quantiser of its pictures. */
  public static boolean tells(String encoder) {
    return SCALES.containsKey(encoder);
  }

  /** The end of the scale on which an encoder tells; empty for one that does not. */
  public static OptionalInt coarsest(String encoder) {
    Integer known = SCALES.get(encoder);
    return known == null ? OptionalInt.empty() : OptionalInt.of(known);
  }

  /** What an encoder tells, on its scale: x264 counts on where the scale has ended. */
  public static double onScale(String encoder, double qp) {
    return Math.min(qp, SCALES.getOrDefault(encoder, Integer.MAX_VALUE));
  }

  /** To watch the encoder of a track; empty where there is nothing to watch. */
  public static Optional<Starvation> of(EncodeVideo video) {
    OptionalLong target = target(video.options());
    Integer coarsest = SCALES.get(video.encoder());
    return coarsest == null || target.isEmpty()
        ? Optional.empty()
        : Optional.of(new Starvation(coarsest, target.getAsLong(), rate(video)));
  }

  private static OptionalLong target(Map<String, String> options) {
    String bits = options.getOrDefault("b", "0");
    boolean led = options.keySet().stream().anyMatch(QUALITIES::contains);
    // Users may set it as libav reads it, with a unit; that is not worked out here.
    return led || !bits.matches("[1-9][0-9]{0,9}")
        ? OptionalLong.empty()
        : OptionalLong.of(Long.parseLong(bits));
  }

  private static double rate(EncodeVideo video) {
    return video.frameRate().map(Rational::value).filter(known -> known > 0).orElse(USUAL_RATE);
  }

  /**
   * Takes the next picture.
   *
   * @param qp of the encoder's scale
   * @return whether it is starved now
   */
  public boolean feed(double qp, long bytes) {
    qpSum += qp - qps[next];
    byteSum += bytes - sizes[next];
    qps[next] = qp;
    sizes[next] = bytes;
    next = (next + 1) % qps.length;
    filled = Math.min(filled + 1, qps.length);
    double least = (starved ? FED : STARVED) * coarsest;
    double spent = (starved ? SPENT / 2 : SPENT) * target;
    starved = filled == qps.length && qp() >= least && bitRate() >= spent;
    return starved;
  }

  /** Pictures that the rule looks at together. */
  public int window() {
    return qps.length;
  }

  /** Average of the window. */
  public double qp() {
    return qpSum / Math.max(1, filled);
  }

  /** Of the window. */
  public long bytes() {
    return byteSum;
  }

  private double bitRate() {
    return byteSum * 8 * rate / Math.max(1, filled);
  }

  /**
   * Roughly which bit rate would bring pictures like these to a quantiser that is not conspicuous.
   * An estimate: six steps of the scale of H.264 double the step of the quantiser, and take about
   * half of the bits. At the end of the scale encoders cannot show all that is missing, so it is
   * rather more.
   *
   * @param bitRate that was spent at {@code qp}
   */
  static long cure(int coarsest, double qp, double bitRate) {
    double steps = Math.max(0, qp - CURED * coarsest) * 51 / coarsest;
    double bits = Math.max(1, bitRate * Math.pow(2, steps / 6));
    double unit = Math.pow(10, Math.floor(Math.log10(bits)) - 1);
    return Math.round(Math.ceil(bits / unit) * unit);
  }

  /**
   * The same for the user: what is wrong with a track, and what to do about it.
   *
   * @param pictures that were starved
   * @param qp average of them
   * @param bytes of all of them
   */
  public static String words(EncodeVideo video, long pictures, double qp, long bytes) {
    int coarsest = SCALES.getOrDefault(video.encoder(), 51);
    double seconds = pictures / rate(video);
    double spent = bytes * 8 / seconds;
    return String.format(
        Locale.ROOT,
        "too few bits for %s at %s: for %.1f s its quantiser was %.1f of %d on average;"
            + " about %s would do, by an estimate",
        video.codec().label(),
        video.size(),
        seconds,
        qp,
        coarsest,
        kilobits(cure(coarsest, qp, spent)));
  }

  private static String kilobits(long bits) {
    return bits < 10_000_000
        ? Math.max(1, Math.round(bits / 1e3)) + " kbit/s"
        : Math.round(bits / 1e6) + " Mbit/s";
  }
}
