package dev.penstock.planner;

import dev.penstock.model.Plan;
import dev.penstock.model.Preset;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/** HEVC by x265. */
record X265() implements EncoderRecipe {
  /** Of 4:2:0, by the bits of a sample: 8, 10, 12. */
  private static final List<String> PROFILES = List.of("main", "main10", "main12");

  @Override
  public String encoder() {
    return "libx265";
  }

  @Override
  public VideoCodec codec() {
    return VideoCodec.HEVC;
  }

  @Override
  public QualityScale quality() {
    return new QualityScale("crf", 0, 51, 24, /* whole= */ false);
  }

  @Override
  public Limits limits() {
    return new Limits(16, new Size(16384, 16384), Long.MAX_VALUE);
  }

  /** x265's {@code frameNumThreads}; rows within a frame use the machine and change no byte. */
  @Override
  public Threads threads(Size size, RateControl rate) {
    if (rate.keepsCount()) {
      return new Threads(
          1,
          "with several frames at once and a bit rate to keep to, x265 writes other bytes each"
              + " time; the rows of one frame still use the machine");
    }
    return new Threads(
        size.shortSide() >= 1080 ? 3 : 2,
        "x265 writes other bytes for another number of frame threads, so it follows from the"
            + " picture size and not from the machine");
  }

  @Override
  public Threads threads(Size size, RateControl rate, Tuning tuning) {
    return tuning.isLowLatency()
        ? new Threads(
            1, "several frames at once would each wait for the others; the rows of one do not")
        : threads(size, rate);
  }

  @Override
  public Threads threadsOfPiece(Size size, RateControl rate) {
    return new Threads(1, "several segments are encoded side by side");
  }

  @Override
  public boolean repeatable(int threads, RateControl rate) {
    return threads == 1 || !rate.keepsCount();
  }

  @Override
  public int mostThreads() {
    return 15;
  }

  @Override
  public List<String> profiles() {
    return PROFILES;
  }

  @Override
  public boolean holds(String profile, String pixelFormat) {
    boolean full = !pixelFormat.matches("(yuv|yuvj)420p(10le|12le)?");
    int depth = pixelFormat.endsWith("12le") ? 2 : pixelFormat.endsWith("10le") ? 1 : 0;
    return !full && PROFILES.indexOf(profile) >= depth;
  }

  @Override
  public boolean keepsCaptions() {
    return true;
  }

  @Override
  public Optional<String> staysWhole() {
    return Optional.empty();
  }

  @Override
  public Optional<Plan.Joints> joints(Settings settings) {
    return XJoints.of(this, settings, "x265-params", X265::analysis);
  }

  private static SequencedMap<String, String> analysis(SequencedMap<String, String> options) {
    options.merge("x265-params", "pass=1:slow-firstpass=0", (own, pass) -> own + ":" + pass);
    return options;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("preset", preset(settings.preset()));
    if (settings.tune().isLowLatency()) {
      options.put("tune", "zerolatency");
    }
    settings.profile().ifPresent(profile -> options.put("profile", profile));
    options.putAll(XRate.options(settings.rate(), quality()));
    options.put("g", Integer.toString(settings.keys().interval()));
    options.put("forced-idr", "1");
    options.put("threads", Integer.toString(settings.threads()));
    options.put("a53cc", "1");
    options.put("x265-params", params(settings));
    return options;
  }

  /**
   * x265 opens GOPs by default; a closed one can be cut and joined at every key frame. The note
   * that it puts into the stream ({@code info}) names the CPU's features, so it differs between
   * machines. Without {@code const-vbv} the rows of a frame race for the bits of the buffer.
   */
  private static String params(Settings settings) {
    return "open-gop=0:info=0"
        + (settings.rate() instanceof RateControl.Lossless ? ":lossless=1" : "")
        + (settings.keys().onlyThere() ? ":scenecut=0" : "")
        + (settings.rate().cap().isPresent() ? ":const-vbv=1" : "")
        + (XJoints.isAnalysed(settings) ? ":pass=2" : "");
  }

  private static String preset(Preset preset) {
    return switch (preset) {
      case P1 -> "ultrafast";
      case P2 -> "superfast";
      case P3 -> "veryfast";
      case P4 -> "fast";
      case P5 -> "medium";
      case P6 -> "slow";
      case P7 -> "slower";
    };
  }
}
