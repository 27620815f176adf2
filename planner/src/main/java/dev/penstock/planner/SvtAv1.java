package dev.penstock.planner;

import dev.penstock.model.Preset;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.StringJoiner;

/** AV1 by SVT-AV1. */
record SvtAv1() implements EncoderRecipe {
  @Override
  public String encoder() {
    return "libsvtav1";
  }

  @Override
  public VideoCodec codec() {
    return VideoCodec.AV1;
  }

  /** From 1: libav passes 0 on as "not set", which means 35. */
  @Override
  public QualityScale quality() {
    return new QualityScale("crf", 1, 63, 32, /* whole= */ true);
  }

  /** Below 64 lines the encoder may hang. It refuses heights beyond 8704 at any width. */
  @Override
  public Limits limits() {
    return new Limits(64, new Size(16384, 8704), Long.MAX_VALUE);
  }

  @Override
  public Threads threads(Size size, RateControl rate) {
    if (rate.keepsCount()) {
      return new Threads(
          1, "keeping to a bit rate, SVT-AV1 writes the same bytes each time with 1 only");
    }
    return new Threads(
        level(size),
        "this is SVT-AV1's level of parallelism: with a constant quality it changes memory and"
            + " speed, not the bytes");
  }

  private static int level(Size size) {
    if (size.shortSide() >= 1080) {
      return 5;
    }
    return size.shortSide() >= 720 ? 4 : 3;
  }

  @Override
  public boolean repeatable(int threads, RateControl rate) {
    return threads == 1 || !rate.keepsCount();
  }

  /** The highest level there is. */
  @Override
  public int mostThreads() {
    return 6;
  }

  /** It takes a maximum with constant quality only. */
  @Override
  public boolean capsBitrate() {
    return false;
  }

  @Override
  public long mostBitrate() {
    return 100_000_000;
  }

  /**
   * Each encoder that is opened clears and fills the masks of wedges for the whole process, which
   * ends it when another is just reading them.
   */
  @Override
  public Optional<String> staysWhole() {
    return Optional.of(
        "of libsvtav1, one encoder that is opened can crash the others in its process");
  }

  @Override
  public SequencedMap<String, String> options(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("preset", preset(settings.preset()));
    options.putAll(XRate.options(settings.rate(), quality()));
    options.put("g", Integer.toString(settings.keys().interval()));
    // libav does not pass its own "threads" on.
    options.put("svtav1-params", params(settings));
    return options;
  }

  /** In low delay there is no variable bit rate. */
  private static String params(Settings settings) {
    StringJoiner params = new StringJoiner(":").add("lp=" + settings.threads());
    if (settings.tune().isLowLatency()) {
      params.add("pred-struct=1");
      if (settings.tune() == Tuning.ULTRA_LOW_LATENCY) {
        params.add("rtc=1");
      }
      if (settings.rate() instanceof RateControl.Bitrate) {
        params.add("rc=2");
      }
    }
    if (settings.rate() instanceof RateControl.Lossless) {
      params.add("lossless=1");
    }
    return params.toString();
  }

  /** Of 10 bits, what SVT-AV1 3.1 calls lossless comes out otherwise than it went in. */
  @Override
  public Optional<String> lacks(Tuning tuning, String pixelFormat) {
    return tuning == Tuning.LOSSLESS && pixelFormat.contains("10")
        ? Optional.of("SVT-AV1's lossless mode changes pictures of 10 bits")
        : Optional.empty();
  }

  private static String preset(Preset preset) {
    return switch (preset) {
      case P1 -> "12";
      case P2 -> "10";
      case P3 -> "9";
      case P4 -> "8";
      case P5 -> "6";
      case P6 -> "4";
      case P7 -> "2";
    };
  }
}
