package dev.penstock.planner;

import dev.penstock.planner.EncoderRecipe.QualityScale;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** Rate control as most encoders take it: {@code crf} or {@code b}, with {@code maxrate}. */
final class XRate {
  private XRate() {}

  static SequencedMap<String, String> options(RateControl rate, QualityScale scale) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    switch (rate) {
      case RateControl.Quality quality ->
          options.put(scale.name(), scale.text(quality.value().orElse(scale.usual())));
      case RateControl.Bitrate bitrate -> options.put("b", Long.toString(bitrate.bits()));
      case RateControl.Lossless _ -> {}
    }
    rate.cap().ifPresent(cap -> putCap(cap, options));
    return options;
  }

  static void putCap(RateControl.Cap cap, SequencedMap<String, String> options) {
    options.put("maxrate", Long.toString(cap.rate()));
    options.put("bufsize", Long.toString(cap.buffer()));
  }
}
