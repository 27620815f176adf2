package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * An encoder of a GPU. What the words of a job become is a table of its class; which columns hold
 * for one device is decided by {@link HardwareFit}.
 */
sealed interface HardwareRecipe extends EncoderRecipe
    permits Nvenc, Vaapi, QuickSync, Amf, VulkanVideo {

  /**
   * What not every device has.
   *
   * @param bFrames how many may follow each other
   * @param lookAhead pictures; 0 for none
   */
  record Extras(int bFrames, References references, int lookAhead, boolean temporalAq) {
    /** What every device has. */
    static final Extras NONE = new Extras(0, References.UNUSED, 0, /* temporalAq= */ false);
  }

  /** Whether B-frames are predicted from B-frames. */
  enum References {
    USED,
    UNUSED,
    /** As the driver's own preset has it. */
    OF_THE_DRIVER
  }

  Capability.Api api();

  /** libav names all of them alike. */
  @Override
  default String encoder() {
    return codec().id() + "_" + api().name().toLowerCase(Locale.ROOT);
  }

  /** libav's names of what its surfaces, or the pictures uploaded to them, may hold, best first. */
  List<String> pixelFormats();

  /** The least of the pictures that all generations take, for devices that do not tell. */
  Size smallest();

  /** The greatest of the pictures that any generation takes. */
  default Size largest() {
    return codec() == VideoCodec.H264 ? new Size(4096, 4096) : new Size(8192, 8192);
  }

  /** What the preset and the tuning ask for, if the device has it. */
  Extras wanted(Settings settings);

  /** Whether a device that has B-frames says how many. */
  boolean countsBFrames();

  /** The options, in the order they are set, for a device that has these extras. */
  SequencedMap<String, String> options(Settings settings, Extras extras, Vendor vendor);

  /**
   * The mode of rate control that the options ask for, as {@link Capability.Features#rateControls}
   * names it; empty where the device is not asked for its modes, or none is set.
   */
  default Optional<String> rateControl(Settings settings) {
    return Optional.empty();
  }

  /** Why the preset says nothing to a device of this vendor; empty where it does. */
  default Optional<String> ignoresPreset(Vendor vendor) {
    return Optional.empty();
  }

  /** Whether its rate buffer may be as small as a picture. */
  default boolean takesSmallBuffers() {
    return true;
  }

  /** For any device. */
  @Override
  default SequencedMap<String, String> options(Settings settings) {
    return options(settings, Extras.NONE, Vendor.OTHER);
  }

  /** The surface format that holds just what a pixel format does. */
  default Optional<String> surfaceFor(String pixelFormat) {
    return SurfaceFormats.holding(pixelFormat, pixelFormats());
  }

  @Override
  default Limits limits() {
    return new Limits(smallest().shortSide(), largest(), Long.MAX_VALUE);
  }

  /** A mode of some generations ({@code QVBR}) would do it, but not every driver has it. */
  @Override
  default boolean capsQuality() {
    return false;
  }

  @Override
  default boolean hasThreads() {
    return false;
  }

  @Override
  default Threads threads(Size size, RateControl rate) {
    return new Threads(1, "the pictures are coded by the GPU");
  }

  @Override
  default int mostThreads() {
    return 1;
  }

  /** No vendor promises that the same input gives the same bytes, not even on one device. */
  @Override
  default Optional<String> varies() {
    return Optional.of(
        encoder()
            + "'s bytes depend on the GPU, its driver and its firmware; other ones write others");
  }

  @Override
  default List<String> profiles() {
    return switch (codec()) {
      case H264 -> List.of("baseline", "main", "high");
      case HEVC -> List.of("main", "main10");
      case AV1, VP9 -> List.of();
    };
  }

  @Override
  default boolean holds(String profile, String pixelFormat) {
    int most = profile.equals("main10") ? 10 : 8;
    return SurfaceFormats.of(pixelFormat)
        .filter(format -> format.chroma().equals("4:2:0") && format.bits() <= most)
        .isPresent();
  }

  @Override
  default Optional<String> lacks(Tuning tuning, String pixelFormat) {
    return tuning == Tuning.LOSSLESS
        ? Optional.of("it has no lossless mode that libav can set")
        : Optional.empty();
  }

  @Override
  default boolean hasBuffer(RateControl rate) {
    return !(rate instanceof RateControl.Quality);
  }

  /** The extras of a table's row, where the tuning leaves them any use. */
  static Extras extras(Settings settings, int bFrames, int lookAhead, boolean temporalAq) {
    boolean plain = settings.tune() != Tuning.QUALITY;
    boolean baseline = settings.profile().filter("baseline"::equals).isPresent();
    int count = plain || baseline ? 0 : Math.min(bFrames, settings.keys().interval() - 1);
    return new Extras(
        count,
        count > 1 ? References.USED : References.UNUSED,
        plain ? 0 : lookAhead,
        temporalAq && !plain);
  }

  /** As {@link XRate} has it, with the buffer of low latency. */
  static SequencedMap<String, String> rate(Settings settings, QualityScale scale) {
    SequencedMap<String, String> options = XRate.options(settings.rate(), scale);
    settings.latencyBuffer().ifPresent(bits -> options.put("bufsize", Long.toString(bits)));
    return options;
  }

  /** Whether the bit rate is never to be exceeded, or pictures are to leave in even sizes. */
  static boolean isConstant(Settings settings) {
    return settings.rate() instanceof RateControl.Bitrate(long bits, Optional<RateControl.Cap> cap)
        && cap.map(most -> most.rate() == bits).orElse(settings.tune().isLowLatency());
  }

  /** All encoders of a codec, by interface in the order they are tried. */
  static List<HardwareRecipe> of(VideoCodec codec) {
    return switch (codec) {
      case H264, HEVC, AV1 ->
          List.of(
              new Nvenc(codec),
              new QuickSync(codec),
              new Amf(codec),
              new Vaapi(codec),
              new VulkanVideo(codec));
      case VP9 -> List.of(new QuickSync(codec), new Vaapi(codec));
    };
  }
}
