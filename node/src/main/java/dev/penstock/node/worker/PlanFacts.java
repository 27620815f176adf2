package dev.penstock.node.worker;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a plan takes, in the terms in which room is counted.
 *
 * @param encoders one session for each rendition, in the order of the plan's tracks
 * @param decoders one for each track of the input whose pictures are needed
 * @param seats GPUs that can do it, alike
 * @param duration of what is read
 * @param segments 1 where it is not cut up
 */
public record PlanFacts(
    Plan.Tier tier,
    List<Encoder> encoders,
    List<Decoder> decoders,
    List<Plan.Seat> seats,
    Optional<Duration> duration,
    int segments) {
  public PlanFacts {
    encoders = List.copyOf(encoders);
    decoders = List.copyOf(decoders);
    seats = List.copyOf(seats);
  }

  /**
   * A session of an encoder.
   *
   * @param track of the plan
   * @param encoder libav's name
   * @param options all of them
   * @param onGpu whether a GPU encodes
   */
  public record Encoder(
      int track,
      String encoder,
      VideoCodec codec,
      Size size,
      String pixelFormat,
      Optional<Rational> frameRate,
      Optional<String> preset,
      SequencedMap<String, String> options,
      boolean onGpu) {}

  /**
   * A decoder.
   *
   * @param track of the input
   * @param codec libav's name
   */
  public record Decoder(
      int track,
      String codec,
      Size size,
      String pixelFormat,
      Optional<Rational> frameRate,
      boolean onGpu) {}

  /** Those of a plan for this input. */
  public static PlanFacts of(Plan plan, MediaInfo input) {
    return new PlanFacts(
        plan.tier(),
        encoders(plan, input),
        decoders(plan, input),
        plan.acceleration().map(Plan.Acceleration::seats).orElse(List.of()),
        plan.input().duration().or(input::duration),
        plan.segmentation().map(cut -> cut.segments().size()).orElse(1));
  }

  private static List<Encoder> encoders(Plan plan, MediaInfo input) {
    boolean gpu = plan.acceleration().flatMap(Plan.Acceleration::encoding).isPresent();
    List<Encoder> encoders = new ArrayList<>();
    for (int i = 0; i < plan.tracks().size(); i++) {
      if (plan.tracks().get(i) instanceof Plan.EncodeVideo video) {
        encoders.add(
            new Encoder(
                i,
                video.encoder(),
                video.codec(),
                video.size(),
                video.pixelFormat(),
                video.frameRate().or(() -> rate(input, video.source())),
                Optional.ofNullable(video.options().get("preset")),
                video.options(),
                gpu));
      }
    }
    return encoders;
  }

  private static List<Decoder> decoders(Plan plan, MediaInfo input) {
    boolean gpu = plan.acceleration().filter(Plan.Acceleration::decoding).isPresent();
    return plan.tracks().stream()
        .filter(Plan.EncodeVideo.class::isInstance)
        .map(Plan.TrackPlan::source)
        .distinct()
        .sorted(Comparator.naturalOrder())
        .flatMap(source -> video(input, source).stream())
        .map(video ->
            new Decoder(
                video.index(),
                video.codec(),
                video.size(),
                video.pixelFormat().name(),
                video.frameRate(),
                gpu))
        .toList();
  }

  private static Optional<Rational> rate(MediaInfo input, int source) {
    return video(input, source).flatMap(Track.Video::frameRate);
  }

  private static Optional<Track.Video> video(MediaInfo input, int source) {
    return input.video().stream().filter(track -> track.index() == source).findFirst();
  }
}
