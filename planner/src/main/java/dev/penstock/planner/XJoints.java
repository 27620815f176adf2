package dev.penstock.planner;

import dev.penstock.model.Plan;
import dev.penstock.planner.EncoderRecipe.Settings;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;

/** What segments of x264 and x265 keep to over their joints. */
final class XJoints {
  /**
   * Under a maximum, both keep the buffer at least half full where they can. Segments that expect
   * no more than that of the one before seldom have to be made again.
   */
  private static final double FULLNESS = 0.5;

  private XJoints() {}

  /**
   * Of a recipe's segments.
   *
   * @param words the option that takes the encoder's own words
   * @param analysis turns options of constant quality into those of a first of two passes
   */
  static Optional<Plan.Joints> of(
      EncoderRecipe recipe,
      Settings settings,
      String words,
      UnaryOperator<SequencedMap<String, String>> analysis) {
    return settings.piece()
        ? settings
            .rate()
            .cap()
            .map(cap ->
                new Plan.Joints(
                    cap.rate(), cap.buffer(), FULLNESS, words, average(recipe, settings, analysis)))
        : Optional.empty();
  }

  /** Whether a segment is encoded with what an analysis noted of it. */
  static boolean isAnalysed(Settings settings) {
    return settings.piece() && settings.rate() instanceof RateControl.Bitrate;
  }

  /** At constant quality, so that the bits of segments tell how hard they are. */
  private static Optional<Plan.Average> average(
      EncoderRecipe recipe,
      Settings settings,
      UnaryOperator<SequencedMap<String, String>> analysis) {
    RateControl constant = new RateControl.Quality(OptionalDouble.empty(), Optional.empty());
    return settings.rate() instanceof RateControl.Bitrate(long bits, _)
        ? Optional.of(
            new Plan.Average(bits, analysis.apply(recipe.options(settings.withRate(constant)))))
        : Optional.empty();
  }
}
