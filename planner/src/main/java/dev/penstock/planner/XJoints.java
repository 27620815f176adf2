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

  /** What a pixel takes at the usual quality, bits, and how many frames a second there are. */
  private static final double USUAL_BITS = 0.08;

  private static final double USUAL_FRAMES = 30;

  /** So much worse on the scale of both takes half the bits. */
  private static final double STEP = 6;

  private static final double MOST_WORSE = 18;

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
                    cap.rate(),
                    cap.buffer(),
                    FULLNESS,
                    Optional.of(words),
                    average(recipe, settings, analysis)))
        : Optional.empty();
  }

  private static RateControl constant(EncoderRecipe recipe, Settings settings, long bits) {
    double bitsOfPixel = bits / (double) settings.size().pixels() / USUAL_FRAMES;
    double worse = STEP * Math.log(USUAL_BITS / bitsOfPixel) / Math.log(2);
    double quality = recipe.quality().usual() + Math.clamp(Math.rint(worse), 0, MOST_WORSE);
    return new RateControl.Quality(OptionalDouble.of(quality), Optional.empty());
  }

  /** Whether a segment is encoded with what an analysis noted of it. */
  static boolean isAnalysed(Settings settings) {
    return settings.piece() && settings.rate() instanceof RateControl.Bitrate;
  }

  /**
   * At constant quality, so that the bits of segments tell how hard they are; at about the one that
   * the average will have, as what an encoder notes of motion and headers is not made smaller
   * later.
   */
  private static Optional<Plan.Average> average(
      EncoderRecipe recipe,
      Settings settings,
      UnaryOperator<SequencedMap<String, String>> analysis) {
    return settings.rate() instanceof RateControl.Bitrate(long bits, _)
        ? Optional.of(
            new Plan.Average(
                bits,
                analysis.apply(
                    recipe.options(settings.withRate(constant(recipe, settings, bits))))))
        : Optional.empty();
  }
}
