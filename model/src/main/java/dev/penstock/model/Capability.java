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
 * @param bReferences whether B-frames may be predicted from B-frames
 * @param lossless whether it encodes without loss
 * @param source what says so: a function, a data file
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
    Optional<Boolean> bReferences,
    Optional<Boolean> lossless,
    Optional<Boolean> lookAhead,
    Optional<Boolean> temporalAq,
    Optional<Boolean> weightedPrediction,
    Evidence evidence,
    String source) {
  public Capability {
    profiles = List.copyOf(profiles);
    formats = List.copyOf(formats);
  }

  /** Of which it is not known whether B-frames may be predicted from B-frames. */
  public Capability(
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
      String source) {
    this(
        direction,
        api,
        codec,
        profiles,
        formats,
        minSize,
        maxSize,
        bFrames,
        Optional.empty(),
        lossless,
        lookAhead,
        temporalAq,
        weightedPrediction,
        evidence,
        source);
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
        source);
  }

  /** The same, shown by doing it. */
  public Capability proved(String by) {
    return new Capability(
        direction,
        api,
        codec,
        profiles,
        formats,
        minSize,
        maxSize,
        bFrames,
        bReferences,
        lossless,
        lookAhead,
        temporalAq,
        weightedPrediction,
        Evidence.PROVED,
        by);
  }

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
