package dev.penstock.planner;

import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Segmentation;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Whether the pictures of a job are cut into segments, and where. */
public final class Cutting {
  /** Long enough that what each segment costs does not show, short enough to redo. */
  private static final Duration USUAL = Duration.ofSeconds(20);

  /** Shorter sources gain little. */
  private static final Duration LEAST = Duration.ofSeconds(60);

  /** Those whose pictures depend on no other picture, so that any run of them can be made alone. */
  private static final Set<String> MEMORYLESS =
      Set.of(
          "scale",
          "zscale",
          "format",
          "crop",
          "pad",
          "transpose",
          "hflip",
          "vflip",
          "setsar",
          "setdar",
          "setparams",
          "sidedata",
          "tonemap");

  private final JobSpec spec;
  private final Optional<FrameIndex> index;

  private Cutting(JobSpec spec, Optional<FrameIndex> index) {
    this.spec = spec;
    this.index = index;
  }

  /**
   * Whether a frame index of the input is worth reading for the job: it means reading all of the
   * input once.
   */
  public static boolean wantsIndex(JobSpec spec, MediaInfo input) {
    return unwanted(spec, input).isEmpty();
  }

  /** Why nothing is cut, as far as the job and the container tell. */
  private static Optional<String> unwanted(JobSpec spec, MediaInfo input) {
    if (spec.segments() instanceof Segments.Off) {
      return Optional.of("--segments off asks for it");
    }
    if (!input.seekable()) {
      return Optional.of("the input cannot be read from several places at once");
    }
    if (input.source().contains("://") && !input.source().startsWith("file:")) {
      return Optional.of("the input would be read over the network more than once");
    }
    if (spec.trim().start().isPresent() || spec.trim().duration().isPresent()) {
      return Optional.of("--start and --duration take a part of it as it is");
    }
    if (input.video().size() != 1) {
      return Optional.of("it has " + input.video().size() + " video tracks");
    }
    if (input.duration().orElse(Duration.ZERO).compareTo(least(spec)) < 0) {
      return Optional.of("it is shorter than " + KeyFrames.seconds(least(spec)) + " s");
    }
    return rate(spec);
  }

  private static Optional<String> rate(JobSpec spec) {
    boolean kept =
        spec.video().bitrate().isPresent()
            || spec.video().maxBitrate().isPresent()
            || spec.video().buffer().isPresent();
    return kept && spec.segments() instanceof Segments.Auto
        ? Optional.of("a bit rate is kept over the whole")
        : Optional.empty();
  }

  private static Duration least(JobSpec spec) {
    return switch (spec.segments()) {
      case Segments.Every(Duration length) -> length.multipliedBy(2);
      case Segments.Auto _, Segments.Off _ -> LEAST;
    };
  }

  private static Duration length(JobSpec spec) {
    return spec.segments() instanceof Segments.Every(Duration length) ? length : USUAL;
  }

  /** Whether encoders are to make pieces that fit together; decided before their options are. */
  static boolean isLikely(JobSpec spec, MediaInfo input, Optional<FrameIndex> index) {
    return new Cutting(spec, index).unlikely(input).isEmpty();
  }

  private Optional<String> unlikely(MediaInfo input) {
    Optional<String> unwanted = unwanted(spec, input);
    if (unwanted.isPresent()) {
      return unwanted;
    }
    return index.isEmpty()
        ? Optional.of("its frames were not counted")
        : index.get().unstable().or(() -> whole(index.get()));
  }

  private Optional<String> whole(FrameIndex frames) {
    return segmenter(frames).cut().segments().size() > 1
        ? Optional.empty()
        : Optional.of("its key frames leave no place to cut");
  }

  private Segmenter segmenter(FrameIndex frames) {
    return new Segmenter(frames, length(spec), Optional.empty(), 1);
  }

  /** The segments of the plan's tracks, and why, in the receipt. */
  static Optional<Segmentation> of(
      Request request, Optional<FrameIndex> index, List<TrackPlan> tracks) {
    List<EncodeVideo> videos =
        tracks.stream().filter(EncodeVideo.class::isInstance).map(EncodeVideo.class::cast).toList();
    if (videos.isEmpty()) {
      return Optional.empty();
    }
    Cutting cutting = new Cutting(request.spec(), index);
    Optional<String> reason =
        cutting.unlikely(request.input()).or(() -> unfit(tracks, videos, request));
    if (reason.isPresent()) {
      note(request, reason.get());
      return Optional.empty();
    }
    Segmentation segmentation = cutting.segmenter(index.orElseThrow()).cut();
    request
        .ledger()
        .decide(
            "segments",
            segmentation.segments().size()
                + " of about "
                + KeyFrames.seconds(length(request.spec()))
                + " s",
            (request.spec().segments() instanceof Segments.Every
                    ? "--segments asks for it"
                    : "they are encoded side by side, and a crash costs no more than one of each lane")
                + "; cut at key frames of the source");
    return Optional.of(segmentation);
  }

  private static void note(Request request, String reason) {
    request.ledger().decide("segments", "one", reason, new Rejected("several", reason));
  }

  /** Why these tracks cannot be made in pieces. */
  static Optional<String> unfit(List<TrackPlan> tracks, List<EncodeVideo> videos, Request request) {
    if (tracks.stream().anyMatch(track -> isCopiedVideo(track, request))) {
      return Optional.of("a copied video track is not cut");
    }
    return videos.stream().flatMap(video -> unfit(video).stream()).findFirst();
  }

  private static boolean isCopiedVideo(TrackPlan track, Request request) {
    return track instanceof Plan.Copy
        && request.input().tracks().stream()
            .anyMatch(t -> t.index() == track.source() && t instanceof Track.Video);
  }

  private static Optional<String> unfit(EncodeVideo video) {
    return video.filters().stream()
        .filter(filter -> !MEMORYLESS.contains(filter.name()))
        .findFirst()
        .map(filter -> "the filter " + filter.name() + " looks at the pictures beside one")
        .or(() ->
            EncoderRecipe.of(video.codec()).stream()
                .filter(recipe -> recipe.encoder().equals(video.encoder()))
                .filter(recipe -> !recipe.joins())
                .findFirst()
                .map(recipe -> "what " + recipe.encoder() + " makes in pieces cannot be joined"));
  }
}
