package dev.penstock.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a device does with one codec through one interface. What is empty is not known.
 *
 * @param codec libav's name, such as {@code hevc}
 * @param profiles as the interface names them
 * @param formats of pictures it takes or gives
 * @param bFrames how many B-frames may follow each other, as far as the interface tells
 * @param lossless whether it encodes without loss
 * @param source what says so: a function, a data file
 * @param features what else its encoder can
 * @param rates what its maker publishes of one engine; not of this device
 * @param failure why it does not work, where it was tried and did not
 */
public record Capability(
    Direction direction,
    Api api,
    String codec,
    List<String> profiles,
    List<Format> formats,
    Optional<Size> minSize,
    Optional<Size> maxSize,
    OptionalInt bFrames,
    Optional<Boolean> lossless,
    Optional<Boolean> lookAhead,
    Optional<Boolean> temporalAq,
    Optional<Boolean> weightedPrediction,
    Evidence evidence,
    String source,
    Features features,
    List<Rate> rates,
    Optional<String> failure) {
  public Capability {
    profiles = List.copyOf(profiles);
    formats = List.copyOf(formats);
    rates = List.copyOf(rates);
  }

  /** Of which nothing but the codec and the formats is known. */
  public static Capability of(
      Direction direction,
      Api api,
      String codec,
      List<Format> formats,
      Evidence evidence,
      String source) {
    return new Capability(
        direction,
        api,
        codec,
        List.of(),
        formats,
        Optional.empty(),
        Optional.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        evidence,
        source,
        Features.UNKNOWN,
        List.of(),
        Optional.empty());
  }

  /**
   * The same, shown by doing it: pictures of 8 bits, 4:2:0, of one size. Other formats and sizes
   * are still only what it says of itself.
   */
  public Capability proved(String by) {
    return with(Evidence.PROVED, by, features, rates, Optional.empty());
  }

  /** The same, which failed when it was tried. */
  public Capability failed(String why) {
    return with(evidence, source, features, rates, Optional.of(why));
  }

  /** The same, with more that is known of it. */
  public Capability with(Features more) {
    return with(evidence, source, more, rates, failure);
  }

  /** The same, with what is published of it. */
  public Capability with(List<Rate> published) {
    return with(evidence, source, features, published, failure);
  }

  /** The same, for pictures of these sizes. */
  public Capability sized(Optional<Size> least, Optional<Size> most) {
    return new Capability(
        direction,
        api,
        codec,
        profiles,
        formats,
        least,
        most,
        bFrames,
        lossless,
        lookAhead,
        temporalAq,
        weightedPrediction,
        evidence,
        source,
        features,
        rates,
        failure);
  }

  private Capability with(
      Evidence known, String by, Features more, List<Rate> published, Optional<String> why) {
    return new Capability(
        direction,
        api,
        codec,
        profiles,
        formats,
        minSize,
        maxSize,
        bFrames,
        lossless,
        lookAhead,
        temporalAq,
        weightedPrediction,
        known,
        by,
        more,
        published,
        why);
  }

  /**
   * What else an encoder can. What is empty is not known.
   *
   * @param bFrameReferences which B-frames it can refer to: {@code each}, {@code middle}, or none
   * @param spatialAq whether it spreads bits within a picture by what it shows
   * @param customVbv whether the size of the buffer of its rate control can be set
   * @param bitRateChanges whether the bit rate can be changed in mid-stream
   * @param severalReferences whether it can refer to several pictures
   * @param interlaced whether it encodes fields
   * @param lowPowerOnly whether it is reached through VA-API's low-power entry point alone
   * @param rateControls such as {@code cqp}, {@code cbr}, {@code vbr}, {@code icq}, {@code qvbr};
   *     without one, they are not known
   */
  public record Features(
      Optional<List<String>> bFrameReferences,
      Optional<Boolean> spatialAq,
      Optional<Boolean> customVbv,
      Optional<Boolean> bitRateChanges,
      Optional<Boolean> severalReferences,
      Optional<Boolean> interlaced,
      Optional<Boolean> lowPowerOnly,
      List<String> rateControls) {
    public static final Features UNKNOWN =
        new Features(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    public Features {
      bFrameReferences = bFrameReferences.map(List::copyOf);
      rateControls = List.copyOf(rateControls);
    }
  }

  /**
   * A published rate of one engine: pictures of 1920x1080, 4:2:0, 8 bits, a second.
   *
   * @param preset as the interface names it, such as {@code p5}
   * @param tuning {@code low-latency} (constant bit rate) or {@code high-quality} (variable)
   * @param source where it is published
   */
  public record Rate(String preset, String tuning, int fps, String source) {}

  public enum Direction {
    ENCODE,
    DECODE
  }

  public enum Api {
    NVENC("NVENC"),
    NVDEC("NVDEC"),
    AMF("AMF"),
    VAAPI("VA-API"),
    QSV("QSV"),
    VULKAN("Vulkan");

    private final String label;

    Api(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** How much is known, from less to more. */
  public enum Evidence {
    /** A table, or a library that lists it, says so. */
    DECLARED,
    /** The driver of this device answered so. */
    PROBED,
    /** It was done. */
    PROVED
  }

  /**
   * A format of pictures.
   *
   * @param chroma such as {@code 4:2:0}
   * @param bits of each sample
   */
  public record Format(String chroma, int bits) {
    /** That of decoded pictures. */
    public static Format of(PixelFormat pixels) {
      return new Format(pixels.sampling(), pixels.bitDepth());
    }

    @Override
    public String toString() {
      return chroma + " " + bits + "-bit";
    }
  }
}
