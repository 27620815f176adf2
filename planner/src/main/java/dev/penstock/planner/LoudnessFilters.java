package dev.penstock.planner;

import dev.penstock.model.Filter;
import dev.penstock.model.Loudness;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Brings a track to a loudness by one constant gain, so that its dynamics stay as they are. */
final class LoudnessFilters {
  /** dBTP before encoding; EBU R128 allows no more. What an encoder adds cannot be foreseen. */
  private static final double CEILING = -1;

  /** Four times 48 kHz, as BS.1770 measures true peaks. */
  private static final int OVERSAMPLED = 192_000;

  /** The gate of BS.1770: what is quieter does not count as sound. */
  private static final double SILENCE = -70;

  private LoudnessFilters() {}

  static List<Filter> of(Track.Audio track, double target, Ledger ledger) {
    if (!(target >= SILENCE && target <= 0)) {
      ledger.refuseRequest(
          "--loudness " + target,
          "it is out of range",
          "loudness is from -70 to 0 LUFS",
          "use -23 for broadcast or -14 to -16 for the web");
      return List.of();
    }
    if (track.loudness().isEmpty()) {
      ledger.refuse(
          AudioTracks.subject(track),
          "its loudness was not measured",
          "--loudness needs the loudness of the whole track before planning",
          "measure the input first, or leave --loudness away");
      return List.of();
    }
    return gain(track.loudness().get(), target);
  }

  static boolean isSilence(Loudness loudness) {
    return !(loudness.integrated() > SILENCE);
  }

  private static List<Filter> gain(Loudness measured, double target) {
    if (isSilence(measured)) {
      return List.of();
    }
    double gain = target - measured.integrated();
    List<Filter> filters = new ArrayList<>();
    filters.add(
        Filter.of(
            "volume",
            "--loudness asks for "
                + decibels(target)
                + " LUFS and "
                + decibels(measured.integrated())
                + " were measured",
            "volume",
            decibels(gain) + "dB"));
    if (measured.truePeak() + gain > CEILING) {
      filters.add(oversampler());
      filters.add(limiter(measured.truePeak() + gain));
    }
    return filters;
  }

  private static Filter oversampler() {
    return Filter.of(
        "aresample",
        "true peaks lie between the samples, where the limiter cannot see them otherwise",
        "sample_rate",
        OVERSAMPLED);
  }

  /** Half a dB below the ceiling, as peaks grow a little on the way back to the lower rate. */
  private static Filter limiter(double peak) {
    return Filter.of(
        "alimiter",
        "peaks would reach " + decibels(peak) + " dBTP, and -1 is the most",
        "level",
        "disabled",
        "limit",
        "0.841",
        "attack",
        5,
        "release",
        50,
        "latency",
        1);
  }

  private static String decibels(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
