package dev.penstock.planner;

import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.VideoCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/** Tracks as a plan has them. */
final class TestTracks {
  private TestTracks() {}

  /**
   * Of an encoder.
   *
   * @param options such as {@code b=1000000 preset=fast}
   */
  static EncodeVideo encoded(String encoder, String options) {
    SequencedMap<String, String> all = new LinkedHashMap<>();
    for (String option : options.split(" ")) {
      all.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
    }
    return new EncodeVideo(
        0,
        OptionalInt.empty(),
        VideoCodec.H264,
        encoder,
        List.of(),
        new Size(1280, 720),
        "yuv420p",
        all,
        Optional.of(new Rational(25, 1)),
        new Rational(1, 25),
        Color.UNKNOWN,
        HdrMetadata.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Plan.Rotation.NONE,
        new Plan.Labels(Map.of(), List.of()));
  }
}
