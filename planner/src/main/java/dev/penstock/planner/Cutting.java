package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.Segments;
import dev.penstock.model.LadderSpec;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether the pictures of a job are cut into segments, and where. */
public final class Cutting {
  /** Those whose pictures depend on no other picture, so that any run of them can be made alone. */
  private static final Set<String> MEMORYLESS =
      Set.of(
          "scale",
          "scale_cuda",
          "scale_vaapi",
          "pad_cuda",
          "pad_vaapi",
          "transpose_vaapi",
          "hwupload",
          "hwdownload",
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
          "tonemap",
          // Segments of a ladder that has it begin at even pictures.
          "framestep");

  /** Below that, what segments save is lost in analysing what each needs of the bits. */
  private static final Duration WORTH_AN_ANALYSIS = Duration.ofMinutes(10);

  /**
   * Options of encoders that count bits, whose counting is not continued from segment to segment.
   */
  private static final Set<String> RATES =
      Set.of(
          "b", "maxrate", "minrate", "bufsize", "rc_init_occupancy", "flags", "stats", "nal-hrd");

  /** The same among encoders' own words: places in the stream, and bits. */
  private static final Pattern COUNTING_WORDS =
      Pattern.compile(
          "(^|:)(zones|zonefile|qpfile|vbv-[a-z]+|bitrate|pass|stats|nal-hrd|hrd|analysis-[a-z-]+"
              + "|frames|seek|keyint|intra-refresh|dhdr10-info)(=|:|$)");

  private Cutting() {}

  /**
   * Whether a frame index of the input is worth reading for the job: it means reading all of the
   * input once.
   *
   * @param gpus of the machine
   */
  public static boolean wantsIndex(JobSpec spec, MediaInfo input, List<Device> gpus) {
    return Wish.of(spec, mayAverageBySegment(spec.hardware(), gpus)).unwanted(input).isEmpty();
  }

  /** The same for a ladder. */
  public static boolean wantsIndex(LadderSpec spec, MediaInfo input, List<Device> gpus) {
    JobSpec reading = LadderPlanner.reading(spec);
    boolean average = spec.rungs().keepAverages() && !mayAverageBySegment(spec.hardware(), gpus);
    return Wish.ofLadder(reading, spec.gop(), 1, average).unwanted(input).isEmpty();
  }

  /** Before it is known which way the job takes. */
  private static boolean mayAverageBySegment(JobSpec.Hardware asked, List<Device> gpus) {
    return asked.use() != JobSpec.Hardware.Use.OFF
        && gpus.stream()
            .flatMap(gpu -> gpu.capabilities().stream())
            .anyMatch(each ->
                each.direction() == Capability.Direction.ENCODE
                    && each.api() == Capability.Api.NVENC);
  }

  /**
   * What the job says about segments.
   *
   * @param usual about how long a segment is when nothing is asked
   * @param least sources shorter than that are not cut
   * @param grid where segments may begin; empty for any key frame of the source
   * @param multiple a segment begins at a picture whose number this divides
   * @param average whether an average bit rate is shared out over the whole
   */
  record Wish(
      JobSpec spec,
      Duration usual,
      Duration least,
      Optional<Duration> grid,
      int multiple,
      boolean average) {

    /** Long enough that what each segment costs does not show, short enough to redo. */
    static Wish of(JobSpec spec, boolean averageBySegment) {
      return new Wish(
          spec,
          Duration.ofSeconds(20),
          Duration.ofSeconds(60),
          Optional.empty(),
          1,
          spec.video().bitrate().isPresent() && !averageBySegment);
    }

    /**
     * All rungs of a segment are made of one decoding; a ladder takes longer, so less is at stake.
     */
    static Wish ofLadder(JobSpec spec, Duration gop, int multiple, boolean average) {
      return new Wish(
          spec,
          Duration.ofSeconds(12),
          Duration.ofSeconds(24),
          Optional.of(gop),
          multiple,
          average);
    }

    private Duration length() {
      return spec.segments() instanceof Segments.Every(Duration length) ? length : usual;
    }

    private Duration shortest() {
      return spec.segments() instanceof Segments.Every(Duration length)
          ? length.multipliedBy(2)
          : average ? WORTH_AN_ANALYSIS : least;
    }

    /** Why nothing is cut, as far as the job and the container tell. */
    private Optional<String> unwanted(MediaInfo input) {
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
      if (input.duration().orElse(Duration.ZERO).compareTo(shortest()) < 0) {
        return Optional.of(
            "it is shorter than "
                + KeyFrames.seconds(shortest())
                + " s"
                + (average ? ", too little for the analysis that an average bit rate takes" : ""));
      }
      return spec.video().encoderOptions().entrySet().stream()
          .filter(option -> countsOn(option.getKey(), option.getValue()))
          .map(option -> "--encoder-option " + option.getKey() + " counts over the whole")
          .sorted()
          .findFirst();
    }

    private static boolean countsOn(String option, String value) {
      return RATES.contains(option)
          || (option.endsWith("-params") && COUNTING_WORDS.matcher(value).find());
    }

    /** Whether encoders are to make pieces that fit together; decided before their options are. */
    boolean isLikely(MediaInfo input, Optional<FrameIndex> index) {
      return unlikely(input, index).isEmpty();
    }

    private Optional<String> unlikely(MediaInfo input, Optional<FrameIndex> index) {
      Optional<String> unwanted = unwanted(input);
      if (unwanted.isPresent()) {
        return unwanted;
      }
      return index.isEmpty()
          ? Optional.of("its frames were not counted")
          : index.get().unstable().or(() -> whole(index.get()));
    }

    private Optional<String> whole(FrameIndex frames) {
      return cut(frames).segments().size() > 1
          ? Optional.empty()
          : Optional.of("its key frames leave no place to cut");
    }

    private Segmentation cut(FrameIndex frames) {
      return new Segmenter(frames, length(), grid, multiple).cut();
    }

    /** The segments of the plan's tracks, and why, in the receipt. */
    Optional<Segmentation> of(Request request, Optional<FrameIndex> index, List<TrackPlan> tracks) {
      if (tracks.stream().noneMatch(EncodeVideo.class::isInstance)) {
        return Optional.empty();
      }
      Optional<String> reason = unlikely(request.input(), index).or(() -> unfit(tracks, request));
      if (reason.isPresent()) {
        request
            .ledger()
            .decide("segments", "one", reason.get(), new Rejected("several", reason.get()));
        return Optional.empty();
      }
      Segmentation segmentation = cut(index.orElseThrow());
      request
          .ledger()
          .decide(
              "segments",
              segmentation.segments().size() + " of about " + KeyFrames.seconds(length()) + " s",
              because() + joined(tracks));
      return Optional.of(segmentation);
    }

    private String because() {
      String who =
          spec.segments() instanceof Segments.Every
              ? "--segments asks for it"
              : "they are encoded side by side, and a crash costs no more than one of each lane";
      return who
          + (grid.isPresent()
              ? "; cut where key frames stand on all rungs"
              : "; cut at key frames of the source")
          + (average ? "; an analysis first says how many bits each needs" : "");
    }
  }

  /** Why these tracks cannot be made in pieces. */
  private static Optional<String> unfit(List<TrackPlan> tracks, Request request) {
    if (tracks.stream().anyMatch(track -> isCopiedVideo(track, request))) {
      return Optional.of("a copied video track is not cut");
    }
    return tracks.stream()
        .filter(EncodeVideo.class::isInstance)
        .flatMap(video -> unfit((EncodeVideo) video, request).stream())
        .findFirst();
  }

  private static boolean isCopiedVideo(TrackPlan track, Request request) {
    return track instanceof Plan.Copy
        && request.input().tracks().stream()
            .anyMatch(t -> t.index() == track.source() && t instanceof Track.Video);
  }

  private static Optional<String> unfit(EncodeVideo video, Request request) {
    return video.filters().stream()
        .filter(filter -> !MEMORYLESS.contains(filter.name()))
        .findFirst()
        .map(filter -> "the filter " + filter.name() + " looks at the pictures beside one")
        .or(() -> EncoderRecipe.find(video.encoder()).flatMap(EncoderRecipe::staysWhole))
        .or(() -> uncounted(video, request.route().averagesBySegment()));
  }

  /** An encoder that counts bits starts its counting anew with each segment, unless told of it. */
  private static Optional<String> uncounted(EncodeVideo video, boolean averageBySegment) {
    boolean counts =
        video.options().containsKey("maxrate")
            || video.options().containsKey("bufsize")
            || (hasAverage(video) && !averageBySegment);
    return counts && video.joints().isEmpty()
        ? Optional.of(
            video.encoder() + " does not continue the counting of bits from segment to segment")
        : Optional.empty();
  }

  private static boolean hasAverage(EncodeVideo video) {
    return !video.options().getOrDefault("b", "0").equals("0");
  }

  /**
   * What encoders that count bits do about the joints, where they are told nothing of the whole.
   */
  private static String joined(List<TrackPlan> tracks) {
    return tracks.stream()
        .filter(EncodeVideo.class::isInstance)
        .map(EncodeVideo.class::cast)
        .flatMap(video -> joined(video).stream())
        .distinct()
        .collect(Collectors.joining());
  }

  private static Optional<String> joined(EncodeVideo video) {
    if (video.joints().filter(joints -> joints.words().isEmpty()).isPresent()) {
      return Optional.of(
          "; "
              + video.encoder()
              + " cannot be told how full the rate buffer is, so each keeps within half of it, and"
              + " the joints are measured");
    }
    return hasAverage(video) && video.joints().isEmpty()
        ? Optional.of(
            "; each keeps the average bit rate by itself, and those that exceed it are made again if the"
                + " whole does")
        : Optional.empty();
  }
}
