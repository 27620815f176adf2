package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.planner.EncoderRecipe.QualityScale;
import java.util.OptionalLong;

/** What an encoder accepts of the rate control asked for, and how the receipt tells it. */
final class RateRules {
  private RateRules() {}

  static void check(RateControl rate, EncoderRecipe recipe, JobSpec.Video asked, Ledger ledger) {
    QualityScale scale = recipe.quality();
    asked.quality().stream()
        .filter(value -> !scale.accepts(value))
        .forEach(value -> refuseQuality(value, recipe, ledger));
    checkMost("--bitrate", asked.bitrate(), recipe, ledger);
    checkMost("--max-bitrate", asked.maxBitrate(), recipe, ledger);
    boolean cappable =
        switch (rate) {
          case RateControl.Quality _ -> recipe.capsQuality();
          case RateControl.Bitrate _ -> recipe.capsBitrate();
          case RateControl.Lossless _ -> true;
        };
    if (rate.cap().isPresent() && !cappable) {
      refuseCap(rate, recipe, asked, ledger);
    } else {
      rate.cap().ifPresent(cap -> checkBuffer(rate, cap, recipe, asked, ledger));
    }
  }

  private static void checkMost(
      String option, OptionalLong asked, EncoderRecipe recipe, Ledger ledger) {
    // What no encoder takes has been refused before.
    if (asked.isPresent()
        && asked.getAsLong() > recipe.mostBitrate()
        && asked.getAsLong() <= Integer.MAX_VALUE) {
      ledger.refuse(
          option,
          recipe.encoder() + " does not take " + asked.getAsLong() + " bit/s",
          "it takes at most " + recipe.mostBitrate(),
          "give a lower one, use --quality, or choose another --codec");
    }
  }

  private static void checkBuffer(
      RateControl rate,
      RateControl.Cap cap,
      EncoderRecipe recipe,
      JobSpec.Video asked,
      Ledger ledger) {
    if (asked.buffer().isEmpty() && recipe.hasBuffer(rate) && !LatencyBuffer.isFor(asked, recipe)) {
      ledger.decide(
          "rate buffer",
          cap.buffer() + " bits",
          "it holds two seconds of the maximum bit rate, and --buffer does not say otherwise");
    }
    if (asked.buffer().isPresent() && !recipe.hasBuffer(rate)) {
      ledger.refuse(
          "--buffer",
          recipe.encoder() + " has no buffer that could be set",
          "it keeps its maximum in a way of its own",
          "leave --buffer away, or choose another --codec");
    }
  }

  private static void refuseQuality(double value, EncoderRecipe recipe, Ledger ledger) {
    QualityScale scale = recipe.quality();
    ledger.refuse(
        "--quality " + scale.text(value),
        recipe.encoder() + " does not take it",
        "its " + scale.name() + " is " + range(scale),
        "give a value of that scale; " + scale.text(scale.usual()) + " is the default");
  }

  private static String range(QualityScale scale) {
    return (scale.whole() ? "a whole number from " : "a number from ")
        + scale.text(scale.best())
        + " (best) to "
        + scale.text(scale.worst());
  }

  private static void refuseCap(
      RateControl rate, EncoderRecipe recipe, JobSpec.Video asked, Ledger ledger) {
    String kind = rate instanceof RateControl.Quality ? "constant quality" : "an average bit rate";
    String other = rate instanceof RateControl.Quality ? "--bitrate" : "--quality";
    if (asked.maxBitrate().isEmpty()) {
      ledger.refuse(
          "--buffer",
          recipe.encoder() + " takes no buffer with " + kind,
          "the encoder's own rule",
          "leave --buffer away, or choose another --codec");
      return;
    }
    ledger.refuse(
        "--max-bitrate",
        recipe.encoder() + " takes no maximum with " + kind,
        "the encoder's own rule",
        "use --max-bitrate with " + other + ", leave it away, or choose another --codec");
  }

  static String choice(RateControl rate, EncoderRecipe recipe) {
    QualityScale scale = recipe.quality();
    String lead =
        switch (rate) {
          case RateControl.Quality quality ->
              "constant quality, "
                  + scale.name()
                  + " "
                  + scale.text(quality.value().orElse(scale.usual()));
          case RateControl.Bitrate bitrate -> "average of " + bitrate.bits() + " bit/s";
          case RateControl.Lossless _ -> "lossless";
        };
    return lead + rate.cap().map(cap -> ", at most " + cap.rate() + " bit/s").orElse("");
  }

  static String because(RateControl rate, EncoderRecipe recipe, JobSpec.Video asked) {
    return switch (rate) {
      case RateControl.Bitrate _ -> "--bitrate asks for it";
      case RateControl.Lossless _ -> "--tune asks for it";
      case RateControl.Quality _ when asked.quality().isPresent() -> "--quality asks for it";
      case RateControl.Quality _ ->
          "no bit rate was asked for, and this is " + recipe.encoder() + "'s default here";
    };
  }
}
