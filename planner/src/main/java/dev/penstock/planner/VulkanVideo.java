package dev.penstock.planner;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * H.264, HEVC and AV1 by Vulkan Video, through libav's {@code vulkan_encode}. Its levels of quality
 * are as many as the driver has, and asking for one more refuses the encode, so presets only say
 * how pictures are arranged.
 */
record VulkanVideo(VideoCodec codec) implements HardwareRecipe {

  private enum Row {
    //  B-frames  depth of B-frames
    P1(0, 1),
    P2(0, 1),
    P3(2, 1),
    P4(2, 1),
    P5(3, 2),
    P6(3, 2),
    P7(3, 2);

    final int bFrames;
    final int depth;

    Row(int bFrames, int depth) {
      this.bFrames = bFrames;
      this.depth = depth;
    }

    static Row of(Settings settings) {
      return valueOf(settings.preset().name());
    }
  }

  @Override
  public Api api() {
    return Api.VULKAN;
  }

  @Override
  public QualityScale quality() {
    return switch (codec) {
      case H264 -> new QualityScale("qp", 1, 51, 23, /* whole= */ true);
      case HEVC -> new QualityScale("qp", 1, 51, 25, /* whole= */ true);
      case AV1, VP9 -> new QualityScale("qp", 1, 255, 120, /* whole= */ true);
    };
  }

  @Override
  public List<String> pixelFormats() {
    return codec == VideoCodec.H264 ? List.of("nv12") : List.of("nv12", "p010le");
  }

  @Override
  public Size smallest() {
    return new Size(192, 128);
  }

  @Override
  public Extras wanted(Settings settings) {
    return HardwareRecipe.extras(settings, Row.of(settings).bFrames, 0, /* temporalAq= */ false);
  }

  @Override
  public boolean countsBFrames() {
    return false;
  }

  @Override
  public Optional<String> ignoresPreset(Vendor vendor) {
    return Optional.of("how many levels of quality the driver has is known only when it encodes");
  }

  /** libav writes the headers and arranges the GOPs: closed, each with an IDR picture first. */
  @Override
  public Optional<String> staysWhole() {
    return Optional.empty();
  }

  @Override
  public boolean keepsCaptions() {
    return codec == VideoCodec.H264 || codec == VideoCodec.HEVC;
  }

  @Override
  public boolean keepsHdrMetadata() {
    return codec == VideoCodec.HEVC;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings, Extras extras, Vendor vendor) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("tune", tune(settings.tune()));
    options.put("usage", "transcode");
    settings
        .profile()
        .ifPresent(profile ->
            options.put("profile", profile.equals("baseline") ? "constrained_baseline" : profile));
    options.putAll(rate(settings));
    options.put("g", Integer.toString(settings.keys().interval()));
    options.put("idr_interval", "0");
    options.put("bf", Integer.toString(extras.bFrames()));
    boolean references = extras.references() == References.USED;
    options.put("b_depth", references ? Integer.toString(Row.of(settings).depth) : "1");
    if (settings.tune().isLowLatency()) {
      options.put("async_depth", "1");
    }
    if (codec == VideoCodec.H264) {
      // Without the identifier, which names the driver at the beginning of each piece.
      options.put("units", "timing+recovery+a53_cc");
    } else if (codec == VideoCodec.HEVC) {
      options.put("units", "hdr+a53_cc");
    }
    return options;
  }

  private static String tune(Tuning tuning) {
    return switch (tuning) {
      case QUALITY -> "hq";
      case LOW_LATENCY -> "ll";
      case ULTRA_LOW_LATENCY -> "ull";
      case LOSSLESS -> "lossless";
    };
  }

  private SequencedMap<String, String> rate(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    boolean steered = settings.rate() instanceof RateControl.Bitrate;
    options.put("rc_mode", !steered ? "cqp" : HardwareRecipe.isConstant(settings) ? "cbr" : "vbr");
    options.putAll(HardwareRecipe.rate(settings, quality()));
    return options;
  }
}
