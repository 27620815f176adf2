package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Plan;
import dev.penstock.model.Preset;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * How the words of a job become the options of one encoder. Recipes know nothing of the job beyond
 * {@link Settings}, and nothing of the machine.
 */
sealed interface EncoderRecipe
    permits X264, X265, SvtAv1, AomAv1, LibVpxVp9, OpenH264, HardwareRecipe {

  /**
   * What an encoder is asked to do.
   *
   * @param threads encoder threads
   * @param pixelFormat libav's name of what the pictures are when they reach the encoder
   * @param constantRate whether every frame lasts equally long
   * @param piece whether what comes out is joined to what others make of the pictures beside
   * @param profile of {@link #profiles}, to stay within
   * @param latencyBuffer bits that the rate buffer is to hold, whatever the rate says of it
   */
  record Settings(
      Preset preset,
      Tuning tune,
      RateControl rate,
      KeyFrames keys,
      int threads,
      Size size,
      String pixelFormat,
      boolean constantRate,
      boolean piece,
      Optional<String> profile,
      OptionalLong latencyBuffer) {
    Settings withRate(RateControl other) {
      return new Settings(
          preset,
          tune,
          other,
          keys,
          threads,
          size,
          pixelFormat,
          constantRate,
          piece,
          profile,
          latencyBuffer);
    }
  }

  /**
   * How many threads an encoder gets.
   *
   * @param because for the receipt
   */
  record Threads(int count, String because) {}

  /**
   * The scale of constant quality.
   *
   * @param usual taken when nothing is asked for
   * @param whole whether only whole numbers count
   */
  record QualityScale(String name, double best, double worst, double usual, boolean whole) {
    boolean accepts(double value) {
      return value >= best && value <= worst && (!whole || value == Math.rint(value));
    }

    String text(double value) {
      return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
  }

  /**
   * The pictures an encoder takes.
   *
   * @param smallestSide least width and height
   * @param largest greatest width and greatest height; turning the picture changes which applies
   * @param mostPixels greatest area
   */
  record Limits(int smallestSide, Size largest, long mostPixels) {
    boolean accepts(Size size) {
      return size.shortSide() >= smallestSide
          && size.width() <= largest.width()
          && size.height() <= largest.height()
          && size.pixels() <= mostPixels;
    }

    String text() {
      return smallestSide + "x" + smallestSide + " to " + largest;
    }
  }

  /** libav's encoder name. */
  String encoder();

  VideoCodec codec();

  QualityScale quality();

  Limits limits();

  /** Threads for pictures of this size, unless others are asked for. */
  Threads threads(Size size, RateControl rate);

  /** The same for a tuning: of low latency, pictures are not coded several at once. */
  default Threads threads(Size size, RateControl rate, Tuning tuning) {
    return threads(size, rate);
  }

  /** The same where several pieces are encoded side by side. */
  default Threads threadsOfPiece(Size size, RateControl rate) {
    return threads(size, rate);
  }

  /** Why it cannot make pieces side by side that are joined; empty where it can. */
  default Optional<String> staysWhole() {
    return Optional.of("what " + encoder() + " makes in pieces cannot be joined");
  }

  /** Whether the bytes follow from the input alone with so many threads. */
  default boolean repeatable(int threads, RateControl rate) {
    return true;
  }

  /** The most that the encoder takes. */
  default int mostThreads() {
    return 64;
  }

  /** The options, in the order they are set. */
  SequencedMap<String, String> options(Settings settings);

  /** What segments keep to over their joints; empty where nothing is kept to. */
  default Optional<Plan.Joints> joints(Settings settings) {
    return Optional.empty();
  }

  /** The profiles that can be asked for, from the least; empty where there is no choice. */
  default List<String> profiles() {
    return List.of();
  }

  /**
   * Whether there are pictures of a format in a profile.
   *
   * @param profile one of {@link #profiles}
   * @param pixelFormat libav's name
   */
  default boolean holds(String profile, String pixelFormat) {
    return true;
  }

  /** The words of options that libav passes on as text and the encoder has a fixed set of. */
  default Map<String, List<String>> words() {
    return Map.of();
  }

  /**
   * Why the encoder would refuse these options for pictures of this format, where that is known
   * beforehand and the options do not show it one by one.
   *
   * @param pixelFormat libav's name
   */
  default Optional<String> conflict(Map<String, String> options, String pixelFormat) {
    return Optional.empty();
  }

  /** Whether embedded captions survive: libav's wrapper copies them into the stream. */
  default boolean keepsCaptions() {
    return false;
  }

  /** Whether an average bit rate can be given a maximum as well. */
  default boolean capsBitrate() {
    return true;
  }

  /** The highest bit rate it can be told, in bits per second. */
  default long mostBitrate() {
    return Integer.MAX_VALUE;
  }

  /** Whether constant quality can be given a maximum bit rate. */
  default boolean capsQuality() {
    return true;
  }

  /** Whether the decoder's buffer can be given with a maximum bit rate. */
  default boolean hasBuffer(RateControl rate) {
    return true;
  }

  /**
   * Why it does not do what {@code --tune} asks for with pictures of this format; empty where it
   * does.
   *
   * @param pixelFormat libav's name
   */
  default Optional<String> lacks(Tuning tuning, String pixelFormat) {
    return Optional.empty();
  }

  /** Whether the static metadata of HDR, where the pictures have it, gets into the stream. */
  default boolean keepsHdrMetadata() {
    return true;
  }

  /** Whether {@code --threads} does anything. */
  default boolean hasThreads() {
    return true;
  }

  /** What the bytes depend on besides the input and the options, for the user; mostly nothing. */
  default Optional<String> varies() {
    return Optional.empty();
  }

  /** Whether {@code --preset} does anything. */
  default boolean hasPresets() {
    return true;
  }

  /** The recipe of an encoder, by libav's name. */
  static EncoderRecipe named(String encoder) {
    return find(encoder).orElseThrow();
  }

  /** The same; empty where there is none. */
  static Optional<EncoderRecipe> find(String encoder) {
    return Stream.of(VideoCodec.values())
        .flatMap(codec -> Stream.concat(of(codec).stream(), HardwareRecipe.of(codec).stream()))
        .filter(recipe -> recipe.encoder().equals(encoder))
        .findFirst();
  }

  /** The encoder of a codec through an interface to a GPU. */
  static Optional<HardwareRecipe> hardware(VideoCodec codec, Capability.Api api) {
    return HardwareRecipe.of(codec).stream().filter(recipe -> recipe.api() == api).findFirst();
  }

  /** The encoders of a codec that run on the CPU, best first. */
  static List<EncoderRecipe> of(VideoCodec codec) {
    return switch (codec) {
      case H264 -> List.of(new X264(), new OpenH264());
      case HEVC -> List.of(new X265());
      case AV1 -> List.of(new SvtAv1(), new AomAv1());
      case VP9 -> List.of(new LibVpxVp9());
    };
  }
}
