package dev.penstock.planner;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Size;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * H.264, HEVC and AV1 by AMD's AMF, through libav's {@code amfenc}; the names are those of its
 * source, as the libraries linked here are built without it.
 */
record Amf(VideoCodec codec) implements HardwareRecipe {

  /** Only H.264 has B-frames, from VCN 3 on. */
  private enum Row {
    //  quality  of AV1  B-frames
    P1("speed", "speed", 0),
    P2("speed", "speed", 0),
    P3("balanced", "balanced", 0),
    P4("balanced", "balanced", 3),
    P5("quality", "quality", 3),
    P6("quality", "quality", 3),
    P7("quality", "high_quality", 3);

    final String quality;
    final String av1;
    final int bFrames;

    Row(String quality, String av1, int bFrames) {
      this.quality = quality;
      this.av1 = av1;
      this.bFrames = bFrames;
    }

    static Row of(Settings settings) {
      return valueOf(settings.preset().name());
    }
  }

  @Override
  public Api api() {
    return Api.AMF;
  }

  /** That of {@code cqp}: a quantizer, and for AV1 an index of quantizers. */
  @Override
  public QualityScale quality() {
    return switch (codec) {
      case H264 -> new QualityScale("qp", 0, 51, 23, /* whole= */ true);
      case HEVC -> new QualityScale("qp", 0, 51, 25, /* whole= */ true);
      case AV1, VP9 -> new QualityScale("qp", 0, 255, 120, /* whole= */ true);
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

  @Override
  public Size largest() {
    return switch (codec) {
      case H264 -> new Size(4096, 4096);
      case HEVC -> new Size(8192, 4352);
      case AV1, VP9 -> new Size(8192, 8192);
    };
  }

  @Override
  public Extras wanted(Settings settings) {
    int bFrames = codec == VideoCodec.H264 ? Row.of(settings).bFrames : 0;
    return HardwareRecipe.extras(settings, bFrames, 0, /* temporalAq= */ false);
  }

  @Override
  public boolean countsBFrames() {
    return false;
  }

  @Override
  public List<String> profiles() {
    return codec == VideoCodec.H264 ? HardwareRecipe.super.profiles() : List.of();
  }

  @Override
  public boolean keepsHdrMetadata() {
    return codec != VideoCodec.H264;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings, Extras extras, Vendor vendor) {
    Row row = Row.of(settings);
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("usage", usage(settings.tune()));
    options.put("quality", codec == VideoCodec.AV1 ? row.av1 : row.quality);
    settings
        .profile()
        .ifPresent(profile ->
            options.put("profile", profile.equals("baseline") ? "constrained_baseline" : profile));
    options.putAll(rate(settings));
    // 0 is a GOP without end; how long one may be otherwise, AMF does not say.
    boolean endless = settings.keys().onlyThere();
    options.put("g", endless ? "0" : Integer.toString(settings.keys().interval()));
    options.put("forced_idr", "1");
    if (codec == VideoCodec.H264) {
      options.put("max_b_frames", Integer.toString(extras.bFrames()));
      options.put("bf", Integer.toString(extras.bFrames()));
      options.put("bf_ref", extras.references() == References.USED ? "1" : "0");
    } else if (codec == VideoCodec.HEVC) {
      options.put("gops_per_idr", "1");
    }
    return options;
  }

  /** AV1 has one kind of low latency. */
  private String usage(Tuning tuning) {
    return switch (tuning) {
      case QUALITY, LOSSLESS -> "transcoding";
      case LOW_LATENCY -> "lowlatency";
      case ULTRA_LOW_LATENCY -> codec == VideoCodec.AV1 ? "lowlatency" : "ultralowlatency";
    };
  }

  private SequencedMap<String, String> rate(Settings settings) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    switch (settings.rate()) {
      case RateControl.Lossless _ -> {}
      case RateControl.Quality(var value, _) -> {
        String qp = quality().text(value.orElse(quality().usual()));
        options.put("rc", "cqp");
        options.put("qp_i", qp);
        options.put("qp_p", qp);
        if (codec == VideoCodec.H264) {
          options.put("qp_b", qp);
        }
      }
      case RateControl.Bitrate bitrate -> {
        options.put("rc", HardwareRecipe.isConstant(settings) ? "cbr" : "vbr_peak");
        options.putAll(HardwareRecipe.rate(settings, quality()));
        // Without a maximum, libav complains and the runtime takes one of its own.
        options.putIfAbsent("maxrate", Long.toString(most(settings, bitrate)));
        options.put("enforce_hrd", bitrate.cap().isPresent() ? "1" : "0");
        if (codec != VideoCodec.AV1) {
          options.put("vbaq", "1");
        }
      }
    }
    return options;
  }

  private static long most(Settings settings, RateControl.Bitrate bitrate) {
    return HardwareRecipe.isConstant(settings)
        ? bitrate.bits()
        : Math.min(2 * bitrate.bits(), Integer.MAX_VALUE);
  }
}
