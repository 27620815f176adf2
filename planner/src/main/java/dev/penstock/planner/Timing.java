package dev.penstock.planner;

import dev.penstock.model.JobSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import java.util.Optional;

/**
 * The clock of an encoded video track.
 *
 * @param timeBase unit of timestamps
 * @param frameRate what the encoder is told; exact when {@code constant}
 * @param constant whether every frame lasts equally long
 */
record Timing(Rational timeBase, Optional<Rational> frameRate, boolean constant) {
  static Timing of(JobSpec.Video asked, Track.Video track, Ledger ledger) {
    if (asked.fps().isPresent()) {
      return resampled(asked.fps().get(), track, ledger);
    }
    Rational unit = track.stream().timeBase();
    if (track.variableFrameRate()) {
      ledger.decide(
          VideoTracks.subject(track) + ", timing",
          "every frame keeps its timestamp",
          "the frame rate varies and --fps was not asked for");
      return new Timing(unit, track.frameRate(), /* constant= */ false);
    }
    Optional<Rational> rate = track.nominalRate().or(track::frameRate);
    return new Timing(unit, rate, rate.isPresent());
  }

  private static Timing resampled(Rational fps, Track.Video track, Ledger ledger) {
    if (fps.num() <= 0 || fps.value() > 1000) {
      ledger.refuseRequest(
          "--fps",
          fps + " is not a frame rate that can be encoded",
          "rates above 0 and up to 1000 make sense",
          "give a rate such as 25 or 30000/1001");
      return new Timing(track.stream().timeBase(), track.frameRate(), /* constant= */ false);
    }
    ledger.decide(
        VideoTracks.subject(track) + ", timing",
        fps + " frames per second",
        "--fps asks for it; frames are repeated or left out, never blended");
    return new Timing(fps.inverse(), Optional.of(fps), /* constant= */ true);
  }

  /** Whether {@code --fps} leaves frames out, so that it pays to do so before the costly steps. */
  boolean thins(Track.Video track) {
    return frameRate.isPresent()
        && track.frameRate().map(source -> source.compareTo(frameRate.get()) > 0).orElse(false);
  }
}
