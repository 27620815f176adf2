package dev.penstock.planner;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Device.Vendor;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * H.264, HEVC, AV1 and VP9 by Intel Quick Sync, through libav's {@code qsvenc}: the names of its
 * presets are those of oneVPL's target usages 7 to 1.
 */
record QuickSync(VideoCodec codec) implements HardwareRecipe {

  /**
   * oneVPL counts in 16 bits, of which libav takes the lower; each forced key frame counts anew.
   */
  private static final int LONGEST_GOP = 65_535;

  /** The look-ahead needs {@code extbrc} and a bit rate to keep to. */
  private enum Row {
    //  preset  B-frames  look-ahead
    P1("veryfast", 0, 0),
    P2("faster", 0, 0),
    P3("fast", 2, 0),
    P4("medium", 3, 0),
    P5("slow", 3, 16),
    P6("slower", 3, 24),
    P7("veryslow", 3, 40);

    final String preset;
    final int bFrames;
    final int lookAhead;

    Row(String preset, int bFrames, int lookAhead) {
      this.preset = preset;
      this.bFrames = bFrames;
      this.lookAhead = lookAhead;
    }

    static Row of(Settings settings) {
      return valueOf(settings.preset().name());
    }
  }

  @Override
  public Api api() {
    return Api.QSV;
  }

  /** That of {@code ICQ}, the same for all codecs. */
  @Override
  public QualityScale quality() {
    int usual =
        switch (codec) {
          case H264 -> 23;
          case HEVC -> 25;
          case AV1, VP9 -> 28;
        };
    return new QualityScale("global_quality", 1, 51, usual, /* whole= */ true);
  }

  @Override
  public List<String> pixelFormats() {
    return switch (codec) {
      case H264 -> List.of("nv12");
      case HEVC -> List.of("nv12", "p010le", "yuyv422", "y210le", "vuyx", "xv30le");
      case AV1 -> List.of("nv12", "p010le");
      case VP9 -> List.of("nv12", "p010le", "vuyx", "xv30le");
    };
  }

  @Override
  public Size smallest() {
    return new Size(128, 128);
  }

  @Override
  public Extras wanted(Settings settings) {
    Row row = Row.of(settings);
    boolean steered = settings.rate() instanceof RateControl.Bitrate && codec != VideoCodec.VP9;
    return HardwareRecipe.extras(
        settings,
        codec == VideoCodec.VP9 ? 0 : row.bFrames,
        steered ? row.lookAhead : 0,
        /* temporalAq= */ false);
  }

  @Override
  public boolean countsBFrames() {
    return false;
  }

  /** Its buffer is the size of the largest packet, too. */
  @Override
  public boolean takesSmallBuffers() {
    return false;
  }

  @Override
  public boolean keepsCaptions() {
    return codec == VideoCodec.H264;
  }

  @Override
  public boolean keepsHdrMetadata() {
    return codec == VideoCodec.HEVC || codec == VideoCodec.AV1;
  }

  @Override
  public SequencedMap<String, String> options(Settings settings, Extras extras, Vendor vendor) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("preset", Row.of(settings).preset);
    settings.profile().ifPresent(profile -> options.put("profile", profile));
    options.putAll(XRate.options(settings.rate(), quality()));
    if (HardwareRecipe.isConstant(settings)) {
      options.putIfAbsent("maxrate", options.get("b"));
    }
    options.put("g", Integer.toString(Math.min(settings.keys().interval(), LONGEST_GOP)));
    options.put("forced_idr", "1");
    // Otherwise pictures of one GOP may be predicted from the next.
    options.put("flags", "+cgop");
    options.put("bf", Integer.toString(extras.bFrames()));
    if (codec != VideoCodec.VP9) {
      putStructure(settings, extras, options);
    }
    if (settings.tune().isLowLatency()) {
      options.put("async_depth", "1");
    }
    if (keepsCaptions()) {
      options.put("a53cc", "1");
    }
    return options;
  }

  private static void putStructure(
      Settings settings, Extras extras, SequencedMap<String, String> options) {
    switch (extras.references()) {
      case USED -> options.put("b_strategy", "1");
      case UNUSED -> options.put("b_strategy", "0");
      case OF_THE_DRIVER -> {}
    }
    if (settings.keys().onlyThere()) {
      options.put("adaptive_i", "0");
    }
    if (extras.lookAhead() > 0) {
      options.put("extbrc", "1");
      options.put("look_ahead_depth", Integer.toString(extras.lookAhead()));
    }
  }
}
