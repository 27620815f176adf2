package dev.penstock.planner;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Plan;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * H.264, HEVC and AV1 by NVENC, through libav's {@code nvenc}. The columns follow the
 * recommendations of NVIDIA's NVENC Programming Guide for its use cases "recording/archiving" and
 * "low-latency"; the names are those of libav 8.
 */
record Nvenc(VideoCodec codec) implements HardwareRecipe {

  /** Of the buffer; a segment is given no more room. */
  private static final double HALF = 0.5;

  /** Seconds; half of less is too little for the pictures of a group. */
  private static final double LEAST_BUFFER = 1;

  /**
   * For the tuning {@code quality}. Of the others, no picture waits for one behind it, and {@code
   * lossless} leaves the rate control without a say.
   */
  private enum Row {
    //  preset  B-frames  look-ahead  spatial AQ  temporal AQ  passes
    P1("p1", 0, 0, false, false, "disabled"),
    P2("p2", 0, 0, true, false, "disabled"),
    P3("p3", 2, 0, true, false, "disabled"),
    P4("p4", 3, 0, true, false, "disabled"),
    P5("p5", 3, 16, true, true, "qres"),
    P6("p6", 3, 24, true, true, "qres"),
    P7("p7", 4, 32, true, true, "fullres");

    final String preset;
    final int bFrames;
    final int lookAhead;
    final boolean spatialAq;
    final boolean temporalAq;
    final String passes;

    Row(
        String preset,
        int bFrames,
        int lookAhead,
        boolean spatialAq,
        boolean temporalAq,
        String passes) {
      this.preset = preset;
      this.bFrames = bFrames;
      this.lookAhead = lookAhead;
      this.spatialAq = spatialAq;
      this.temporalAq = temporalAq;
      this.passes = passes;
    }

    static Row of(Settings settings) {
      return valueOf(settings.preset().name());
    }
  }

  @Override
  public Api api() {
    return Api.NVENC;
  }

  /** From 1: 0 leaves the choice to the driver. */
  @Override
  public QualityScale quality() {
    return switch (codec) {
      case H264 -> new QualityScale("cq", 1, 51, 23, /* whole= */ false);
      case HEVC -> new QualityScale("cq", 1, 51, 26, /* whole= */ false);
      case AV1, VP9 -> new QualityScale("cq", 1, 63, 32, /* whole= */ false);
    };
  }

  /** libav 8.0 refuses H.264 of 10 bits on devices that have it, and AV1 of 4:4:4 on all. */
  @Override
  public List<String> pixelFormats() {
    return switch (codec) {
      case H264 -> List.of("nv12", "yuv420p", "nv16", "yuv444p");
      case HEVC ->
          List.of(
              "nv12",
              "yuv420p",
              "p010le",
              "p016le",
              "nv16",
              "p210le",
              "yuv444p",
              "yuv444p10msble",
              "yuv444p16le");
      case AV1, VP9 -> List.of("nv12", "yuv420p", "p010le", "p016le");
    };
  }

  /** The greatest of what the generations say of themselves ({@code NV_ENC_CAPS_WIDTH_MIN}). */
  @Override
  public Size smallest() {
    return switch (codec) {
      case H264 -> new Size(145, 49);
      case HEVC -> new Size(129, 33);
      case AV1, VP9 -> new Size(192, 128);
    };
  }

  @Override
  public Extras wanted(Settings settings) {
    Row row = Row.of(settings);
    return HardwareRecipe.extras(settings, row.bFrames, row.lookAhead, row.temporalAq);
  }

  @Override
  public boolean countsBFrames() {
    return true;
  }

  @Override
  public Optional<String> lacks(Tuning tuning, String pixelFormat) {
    return tuning == Tuning.LOSSLESS && codec == VideoCodec.AV1
        ? Optional.of("NVENC has no lossless AV1")
        : Optional.empty();
  }

  /** Its closed GOPs begin with an IDR picture, and the headers follow from the options alone. */
  @Override
  public Optional<String> staysWhole() {
    return Optional.empty();
  }

  /** Its {@code cq} is a variable rate, which takes a maximum. */
  @Override
  public boolean capsQuality() {
    return true;
  }

  @Override
  public boolean keepsCaptions() {
    return true;
  }

  @Override
  public boolean keepsHdrMetadata() {
    return codec != VideoCodec.H264;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings, Extras extras, Vendor vendor) {
    Row row = Row.of(settings);
    boolean lossless = settings.tune() == Tuning.LOSSLESS;
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("preset", row.preset);
    options.put("tune", tune(settings.tune()));
    profile(settings).ifPresent(profile -> options.put("profile", profile));
    options.putAll(rate(settings));
    options.put("g", Integer.toString(length(settings.keys())));
    // Otherwise a forced key frame need not be one that decoding can start from.
    options.put("forced-idr", "1");
    if (settings.keys().onlyThere()) {
      options.put("no-scenecut", "1");
    }
    putBFrames(extras, options);
    if (extras.lookAhead() > 0) {
      options.put("rc-lookahead", Integer.toString(extras.lookAhead()));
    }
    options.put("spatial-aq", row.spatialAq && !lossless ? "1" : "0");
    options.put("temporal-aq", extras.temporalAq() ? "1" : "0");
    options.put("multipass", lossless ? "disabled" : row.passes);
    if (codec != VideoCodec.H264) {
      // Otherwise the bytes depend on how many engines the device has.
      options.put("split_encode_mode", "disabled");
    }
    if (settings.tune().isLowLatency()) {
      options.put("delay", "0");
      options.put("zerolatency", "1");
    }
    options.put("a53cc", "1");
    return options;
  }

  /** With 1, libav leaves the distance between P-frames as the driver's preset has it. */
  private static int length(KeyFrames keys) {
    return keys.interval() == 1 ? 0 : keys.interval();
  }

  private static String tune(Tuning tuning) {
    return switch (tuning) {
      case QUALITY -> "hq";
      case LOW_LATENCY -> "ll";
      case ULTRA_LOW_LATENCY -> "ull";
      case LOSSLESS -> "lossless";
    };
  }

  /** libav begins with Main, and moves on to what the pixels need in HEVC and in 4:4:4. */
  private Optional<String> profile(Settings settings) {
    if (settings.profile().isPresent()) {
      return settings.profile();
    }
    boolean high =
        codec == VideoCodec.H264
            && settings.tune() != Tuning.LOSSLESS
            && holds("high", settings.pixelFormat());
    return high ? Optional.of("high") : Optional.empty();
  }

  @Override
  public Optional<String> rateControl(Settings settings) {
    return switch (settings.rate()) {
      case RateControl.Lossless _ -> Optional.empty();
      case RateControl.Quality _ -> Optional.of("vbr");
      case RateControl.Bitrate _ ->
          Optional.of(HardwareRecipe.isConstant(settings) ? "cbr" : "vbr");
    };
  }

  /** With {@code cq}, libav clears the average and the buffer, and leaves the maximum. */
  private SequencedMap<String, String> rate(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    rateControl(settings).ifPresent(mode -> options.put("rc", mode));
    switch (settings.rate()) {
      // Otherwise libav's own average of 2 Mb/s would stand in the container.
      case RateControl.Lossless _ -> options.put("b", "0");
      case RateControl.Quality(var value, var cap) -> {
        options.put("cq", quality().text(value.orElse(quality().usual())));
        options.put("b", "0");
        cap.ifPresent(most -> options.put("maxrate", Long.toString(most.rate())));
      }
      case RateControl.Bitrate _ -> {
        options.putAll(HardwareRecipe.rate(settings, quality()));
        ofSegment(settings)
            .ifPresent(
                cap -> options.put("bufsize", Long.toString(Math.round(HALF * cap.buffer()))));
      }
    }
    return options;
  }

  /**
   * What a segment keeps to; empty where it is not one, or cannot be made to keep to it: with a
   * constant quality, libav leaves the buffer to the driver.
   */
  private static Optional<RateControl.Cap> ofSegment(Settings settings) {
    if (!settings.piece()
        || settings.latencyBuffer().isPresent()
        || !(settings.rate() instanceof RateControl.Bitrate(long bits, var cap))) {
      return Optional.empty();
    }
    return cap.or(() ->
            HardwareRecipe.isConstant(settings)
                ? Optional.of(new RateControl.Cap(bits, 2 * bits))
                : Optional.empty())
        .filter(most -> (double) most.buffer() >= LEAST_BUFFER * (double) most.rate());
  }

  /**
   * libav never sets NVENC's {@code vbvInitialDelay}, so how full a segment takes the buffer to be
   * is the driver's. One that has room for half of it takes it to be no more than half full.
   */
  @Override
  public Optional<Plan.Joints> joints(Settings settings) {
    return ofSegment(settings)
        .map(cap ->
            new Plan.Joints(cap.rate(), cap.buffer(), HALF, Optional.empty(), Optional.empty()));
  }

  private static void putBFrames(Extras extras, SequencedMap<String, String> options) {
    options.put("bf", Integer.toString(extras.bFrames()));
    switch (extras.references()) {
      case USED -> options.put("b_ref_mode", "middle");
      case UNUSED -> options.put("b_ref_mode", "disabled");
      case OF_THE_DRIVER -> {}
    }
  }
}
