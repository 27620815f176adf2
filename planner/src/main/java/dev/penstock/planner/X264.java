package dev.penstock.planner;

import dev.penstock.model.Plan;
import dev.penstock.model.Preset;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** H.264 by x264. */
record X264() implements EncoderRecipe {
  /** From the least to the one that holds all. */
  private static final List<String> PROFILES =
      List.of("baseline", "main", "high", "high10", "high422", "high444");

  @Override
  public String encoder() {
    return "libx264";
  }

  @Override
  public VideoCodec codec() {
    return VideoCodec.H264;
  }

  @Override
  public QualityScale quality() {
    return new QualityScale("crf", 0, 51, 21, /* whole= */ false);
  }

  @Override
  public Limits limits() {
    return new Limits(2, new Size(16384, 16384), Long.MAX_VALUE);
  }

  @Override
  public Threads threads(Size size, RateControl rate) {
    if (rate.cap().isPresent()) {
      return new Threads(
          slices(size),
          "each codes a slice of the same picture: with several pictures at once under a maximum"
              + " bit rate, x264 writes other bytes each time");
    }
    return new Threads(
        pictures(size),
        "x264 writes other bytes for another thread count, so it follows from the picture size"
            + " and not from the machine");
  }

  /** Its tune for low latency makes each thread code a slice. */
  @Override
  public Threads threads(Size size, RateControl rate, Tuning tuning) {
    return tuning.isLowLatency()
        ? new Threads(
            slices(size),
            "each codes a slice of the same picture, as none waits for another with low latency")
        : threads(size, rate);
  }

  private static int pictures(Size size) {
    int side = size.shortSide();
    if (side >= 2160) {
      return 12;
    }
    if (side >= 1080) {
      return 6;
    }
    if (side >= 720) {
      return 4;
    }
    return side >= 480 ? 3 : 2;
  }

  /** Few: the pieces fill the machine, and each thread of one costs bits and memory. */
  @Override
  public Threads threadsOfPiece(Size size, RateControl rate) {
    boolean several = rate.cap().isEmpty() && size.shortSide() >= 720;
    return new Threads(several ? 2 : 1, "several segments are encoded side by side");
  }

  /** Few: each costs bits. */
  private static int slices(Size size) {
    int side = size.shortSide();
    if (side >= 2160) {
      return 8;
    }
    if (side >= 1080) {
      return 4;
    }
    if (side >= 720) {
      return 3;
    }
    return side >= 360 ? 2 : 1;
  }

  @Override
  public List<String> profiles() {
    return PROFILES;
  }

  @Override
  public boolean holds(String profile, String pixelFormat) {
    return PROFILES.indexOf(profile) >= PROFILES.indexOf(leastProfile(pixelFormat));
  }

  /** Several tunes may be joined; x264 complains of others on standard error, past libav's log. */
  @Override
  public Map<String, List<String>> words() {
    return Map.of(
        "preset",
        List.of(
            "ultrafast",
            "superfast",
            "veryfast",
            "faster",
            "fast",
            "medium",
            "slow",
            "slower",
            "veryslow",
            "placebo"),
        "tune",
        List.of(
            "film",
            "animation",
            "grain",
            "stillimage",
            "psnr",
            "ssim",
            "fastdecode",
            "zerolatency",
            "touhou"),
        "profile",
        PROFILES);
  }

  /** As {@code x264_param_apply_profile} has it, whose words go past libav's log. */
  @Override
  public Optional<String> conflict(Map<String, String> options, String pixelFormat) {
    String profile = options.getOrDefault("profile", "high444");
    int rank = PROFILES.indexOf(profile);
    if (rank < PROFILES.indexOf("high444") && isLossless(options, pixelFormat)) {
      return Optional.of(profile + " cannot be lossless");
    }
    int needed = PROFILES.indexOf(leastProfile(pixelFormat));
    return rank < needed
        ? Optional.of(profile + " has no pictures of " + pixelFormat)
        : Optional.empty();
  }

  private static String leastProfile(String pixelFormat) {
    if (pixelFormat.contains("444") || pixelFormat.startsWith("nv24")) {
      return "high444";
    }
    if (pixelFormat.contains("422") || pixelFormat.startsWith("nv16")) {
      return "high422";
    }
    if (isDeep(pixelFormat)) {
      return "high10";
    }
    return pixelFormat.startsWith("gray") ? "high" : "baseline";
  }

  private static boolean isDeep(String pixelFormat) {
    return pixelFormat.contains("10") || pixelFormat.startsWith("nv20");
  }

  /** In 10 bits the scale of {@code crf} begins 12 lower, which libav does not reach. */
  private static boolean isLossless(Map<String, String> options, String pixelFormat) {
    return isBelowOne(options.get("qp"))
        || (!isDeep(pixelFormat) && isBelowOne(options.get("crf")));
  }

  private static boolean isBelowOne(@Nullable String value) {
    return value != null && value.matches("0+(\\.\\d*)?|\\.\\d+");
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
    return XJoints.of(this, settings, "x264-params", X264::analysis);
  }

  private static SequencedMap<String, String> analysis(SequencedMap<String, String> options) {
    options.put("flags", "+pass1");
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
    if (settings.rate() instanceof RateControl.Lossless) {
      options.put("qp", "0");
    }
    options.put("g", Integer.toString(settings.keys().interval()));
    if (settings.keys().onlyThere()) {
      options.put("sc_threshold", "0");
    }
    // Otherwise a forced key frame need not be one that decoding can start from.
    options.put("forced-idr", "1");
    options.put("threads", Integer.toString(settings.threads()));
    if (XJoints.isAnalysed(settings)) {
      options.put("flags", "+pass2");
    }
    options.put("x264-params", params(settings));
    return options;
  }

  /**
   * Some of x264's vector code rounds otherwise than the rest, unless told not to. {@code
   * force-cfr}: so that the stream says its frame rate although its time base is the source's.
   */
  private static String params(Settings settings) {
    StringJoiner params = new StringJoiner(":").add("cpu-independent=1");
    if (settings.rate().cap().isPresent() && settings.threads() > 1) {
      params.add("sliced-threads=1");
    }
    if (settings.constantRate()) {
      params.add("force-cfr=1");
    }
    if (settings.piece()) {
      params.add("stitchable=1"); // otherwise its headers follow from the content
    }
    return params.toString();
  }

  private static String preset(Preset preset) {
    return switch (preset) {
      case P1 -> "ultrafast";
      case P2 -> "superfast";
      case P3 -> "veryfast";
      case P4 -> "fast";
      case P5 -> "medium";
      case P6 -> "slow";
      case P7 -> "veryslow";
    };
  }
}
