package dev.penstock.planner;

import dev.penstock.model.Preset;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/** VP9 by libvpx. */
record LibVpxVp9() implements EncoderRecipe {
  @Override
  public String encoder() {
    return "libvpx-vp9";
  }

  @Override
  public VideoCodec codec() {
    return VideoCodec.VP9;
  }

  @Override
  public QualityScale quality() {
    return new QualityScale("crf", 0, 63, 32, /* whole= */ true);
  }

  @Override
  public Limits limits() {
    return new Limits(2, new Size(16384, 16384), Long.MAX_VALUE);
  }

  /** At least two: one thread writes other bytes than several, which all write the same. */
  @Override
  public Threads threads(Size size, RateControl rate) {
    return new Threads(
        rows(size),
        "the rows of a picture of this size keep so many busy, on every machine the same");
  }

  private static int rows(Size size) {
    if (size.shortSide() >= 1080) {
      return 8;
    }
    return size.shortSide() >= 720 ? 4 : 2;
  }

  @Override
  public Optional<String> staysWhole() {
    return Optional.empty();
  }

  @Override
  public SequencedMap<String, String> options(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    boolean lowLatency = settings.tune().isLowLatency();
    options.put("deadline", lowLatency || settings.preset() == Preset.P1 ? "realtime" : "good");
    options.put("cpu-used", speed(settings.preset()));
    options.putAll(AomRate.options(settings.rate(), quality()));
    options.put("g", Integer.toString(settings.keys().interval()));
    options.put("threads", Integer.toString(settings.threads()));
    options.put("row-mt", "1");
    options.put("tile-columns", AomRate.tileColumns(settings.size().width()));
    if (lowLatency) {
      options.put("lag-in-frames", "0");
    }
    if (settings.rate() instanceof RateControl.Lossless) {
      options.put("lossless", "1");
    }
    return options;
  }

  private static String speed(Preset preset) {
    return switch (preset) {
      case P1 -> "8";
      case P2 -> "5";
      case P3 -> "4";
      case P4 -> "3";
      case P5 -> "2";
      case P6 -> "1";
      case P7 -> "0";
    };
  }
}
