package dev.penstock.planner.admission;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import java.util.Optional;

/**
 * The pictures that a plan decodes.
 *
 * @param codec libav's name
 * @param rate pictures a second
 * @param bits of a sample
 */
public record Footage(String codec, Size size, double rate, int bits) {
  private static final double USUAL_RATE = 30;

  /** Of the first track of pictures that is encoded; empty where none is. */
  public static Optional<Footage> of(Plan plan, MediaInfo media) {
    return plan.tracks().stream()
        .filter(EncodeVideo.class::isInstance)
        .map(Plan.TrackPlan::source)
        .flatMap(source -> media.tracks().stream().filter(track -> track.index() == source))
        .filter(Track.Video.class::isInstance)
        .map(track -> of((Track.Video) track))
        .findFirst();
  }

  private static Footage of(Track.Video video) {
    double rate =
        video
            .frameRate()
            .or(video::nominalRate)
            .map(Rational::value)
            .filter(known -> known > 0)
            .orElse(USUAL_RATE);
    return new Footage(video.codec(), video.size(), rate, video.pixelFormat().bitDepth());
  }
}
