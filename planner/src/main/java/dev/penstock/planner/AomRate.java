package dev.penstock.planner;

import dev.penstock.planner.EncoderRecipe.QualityScale;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** What libaom and libvpx have in common. */
final class AomRate {
  private AomRate() {}

  /**
   * Constant quality is {@code crf} with {@code b=0}; with any other {@code b} it becomes quality
   * bounded by that rate, which is how a cap is given.
   */
  static SequencedMap<String, String> options(RateControl rate, QualityScale scale) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    switch (rate) {
      case RateControl.Quality quality -> {
        options.put("crf", scale.text(quality.value().orElse(scale.usual())));
        options.put("b", quality.cap().map(cap -> Long.toString(cap.rate())).orElse("0"));
      }
      case RateControl.Bitrate bitrate -> options.put("b", Long.toString(bitrate.bits()));
      case RateControl.Lossless _ -> options.put("b", "0");
    }
    rate.cap().ifPresent(cap -> XRate.putCap(cap, options));
    return options;
  }

  /** log2 of the tile columns: tiles are at least 256 wide and cost a little compression. */
  static String tileColumns(int width) {
    if (width >= 3840) {
      return "3";
    }
    if (width >= 1920) {
      return "2";
    }
    return width >= 960 ? "1" : "0";
  }
}
