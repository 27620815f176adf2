package dev.penstock.planner;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * H.264, HEVC, AV1 and VP9 by VA-API, through libav's {@code vaapi_encode}. Which modes of rate
 * control there are is up to the driver; all have {@code CQP}, {@code VBR} and {@code CBR}.
 */
record Vaapi(VideoCodec codec) implements HardwareRecipe {

  /** Intel's scale of {@code VAConfigAttribEncQualityRange}: 1 is best, 7 is fastest. */
  private enum Row {
    //  level  B-frames  depth of B-frames
    P1(7, 0, 1),
    P2(6, 0, 1),
    P3(5, 2, 1),
    P4(4, 2, 1),
    P5(3, 3, 2),
    P6(2, 3, 2),
    P7(1, 3, 2);

    final int level;
    final int bFrames;
    final int depth;

    Row(int level, int bFrames, int depth) {
      this.level = level;
      this.bFrames = bFrames;
      this.depth = depth;
    }

    static Row of(Settings settings) {
      return valueOf(settings.preset().name());
    }
  }

  @Override
  public Api api() {
    return Api.VAAPI;
  }

  /** That of {@code CQP}: a quantizer, and for AV1 and VP9 an index of quantizers. */
  @Override
  public QualityScale quality() {
    return switch (codec) {
      case H264 -> new QualityScale("global_quality", 1, 51, 23, /* whole= */ true);
      case HEVC -> new QualityScale("global_quality", 1, 51, 25, /* whole= */ true);
      case AV1, VP9 -> new QualityScale("global_quality", 1, 255, 120, /* whole= */ true);
    };
  }

  @Override
  public List<String> pixelFormats() {
    return codec == VideoCodec.H264 ? List.of("nv12") : List.of("nv12", "p010le");
  }

  @Override
  public Size smallest() {
    return new Size(128, 128);
  }

  /** libav's VP9 has B-frames that few drivers encode. */
  @Override
  public Extras wanted(Settings settings) {
    int bFrames = codec == VideoCodec.VP9 ? 0 : Row.of(settings).bFrames;
    return HardwareRecipe.extras(settings, bFrames, 0, /* temporalAq= */ false);
  }

  /** The driver tells whether there is a second list of references; libav arranges the pictures. */
  @Override
  public boolean countsBFrames() {
    return false;
  }

  @Override
  public Optional<String> ignoresPreset(Vendor vendor) {
    return vendor == Vendor.INTEL
        ? Optional.empty()
        : Optional.of(
            "the levels of quality are a scale of each driver's own, and its is not known");
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
    return codec == VideoCodec.HEVC || codec == VideoCodec.AV1;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings, Extras extras, Vendor vendor) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    if (ignoresPreset(vendor).isEmpty()) {
      options.put("compression_level", Integer.toString(Row.of(settings).level));
    }
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
      options.put("sei", "timing+recovery_point+a53_cc");
    } else if (codec == VideoCodec.HEVC) {
      options.put("sei", "hdr+a53_cc");
    }
    return options;
  }

  @Override
  public Optional<String> rateControl(Settings settings) {
    boolean steered = settings.rate() instanceof RateControl.Bitrate;
    return Optional.of(!steered ? "cqp" : HardwareRecipe.isConstant(settings) ? "cbr" : "vbr");
  }

  private SequencedMap<String, String> rate(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    rateControl(settings).ifPresent(mode -> options.put("rc_mode", mode.toUpperCase(Locale.ROOT)));
    options.putAll(HardwareRecipe.rate(settings, quality()));
    return options;
  }
}
