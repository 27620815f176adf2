package dev.penstock.planner;

import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** H.264 by OpenH264, in builds without x264. */
record OpenH264() implements EncoderRecipe {
  @Override
  public String encoder() {
    return "libopenh264";
  }

  @Override
  public VideoCodec codec() {
    return VideoCodec.H264;
  }

  /** Its quantizer: {@code rc_mode=off} takes none through libav, pinning both bounds does. */
  @Override
  public QualityScale quality() {
    return new QualityScale("qp", 1, 51, 24, /* whole= */ true);
  }

  /** Level 5.2: 36,864 macroblocks. */
  @Override
  public Limits limits() {
    return new Limits(16, new Size(4096, 4096), 36_864L * 256);
  }

  @Override
  public Threads threads(Size size, RateControl rate) {
    return new Threads(
        slices(size),
        "OpenH264 gives each thread a slice and slices change the bytes, so it follows from the"
            + " picture size and not from the machine");
  }

  private static int slices(Size size) {
    return size.shortSide() >= 720 ? 4 : 1;
  }

  @Override
  public boolean capsQuality() {
    return false;
  }

  @Override
  public boolean hasBuffer(RateControl rate) {
    return false;
  }

  /** It holds no picture back anyway. */
  @Override
  public Optional<String> lacks(Tuning tuning, String pixelFormat) {
    return tuning == Tuning.LOSSLESS
        ? Optional.of("OpenH264 has no lossless mode")
        : Optional.empty();
  }

  @Override
  public boolean hasPresets() {
    return false;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("profile", settings.profile().map(OpenH264::libavName).orElse("high"));
    options.putAll(rate(settings.rate()));
    options.put("g", Integer.toString(settings.keys().interval()));
    options.put("threads", Integer.toString(settings.threads()));
    options.put("slices", Integer.toString(settings.threads()));
    return options;
  }

  @Override
  public List<String> profiles() {
    return List.of("baseline", "main", "high");
  }

  private static String libavName(String profile) {
    return profile.equals("baseline") ? "constrained_baseline" : profile;
  }

  private SequencedMap<String, String> rate(RateControl rate) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    switch (rate) {
      case RateControl.Quality quality -> {
        String qp = quality().text(quality.value().orElse(quality().usual()));
        options.put("rc_mode", "quality");
        options.put("qmin", qp);
        options.put("qmax", qp);
      }
      case RateControl.Bitrate bitrate -> {
        options.put("rc_mode", "bitrate");
        options.put("b", Long.toString(bitrate.bits()));
        bitrate.cap().ifPresent(cap -> options.put("maxrate", Long.toString(cap.rate())));
      }
      case RateControl.Lossless _ -> options.put("rc_mode", "off");
    }
    return options;
  }
}
