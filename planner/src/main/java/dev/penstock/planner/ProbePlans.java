package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Failure;
import dev.penstock.model.Filter;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.Tier;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Probes;
import dev.penstock.model.Probes.Stretch;
import dev.penstock.model.Rational;
import dev.penstock.model.Receipt;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.EncoderRecipe.QualityScale;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.DoubleStream;

/**
 * Which short encodes of a source are made to find the rungs of its ladder, and how. Each stretch
 * is written out once as the rungs will get it (cropped, turned, deinterlaced, tone-mapped, in the
 * source's size) without loss, encoded from there in every size and quality, and measured against
 * that. Pure.
 */
public final class ProbePlans {
  /** Muxer of pictures without loss: it takes any pixel format and any time base. */
  private static final String MUXER = "nut";

  private static final String LOSSLESS = "rawvideo";

  /** From the usual quality, beyond which little is seen, to much worse, as parts of the scale. */
  private static final double[] QUALITIES = {0, 0.13, 0.26};

  /** Slower ones get more out of the bits, but which size does best changes little. */
  private static final Preset SLOWEST = Preset.P4;

  /** Pictures measured for each second of a stretch, on average: measuring all would take long. */
  private static final double MEASURED_RATE = 10;

  private static final double USUAL_RATE = 25;

  private final LadderSpec spec;
  private final MediaInfo input;
  private final Capabilities capabilities;
  private final Optional<FrameIndex> index;
  private final Track.Video track;

  /** That of the encodes, which read from the system's memory. */
  private final Route route;

  /** Of an input that {@link #refusals} has nothing against. */
  public ProbePlans(
      LadderSpec spec, MediaInfo input, Capabilities capabilities, Optional<FrameIndex> index) {
    this.spec = spec;
    this.input = input;
    this.capabilities = capabilities;
    this.index = index;
    this.track = input.video().getFirst();
    this.route =
        LadderPlanner.encoding(
                spec.withRungs(new LadderSpec.Rungs.Auto()), input, capabilities, index)
            .map(best -> new Route(Tier.GPU_ENCODE, best.api(), best.devices(), best.least()))
            .orElse(Route.SOFTWARE);
  }

  /** The GPUs that encode, where it is not the processor. */
  public Optional<Probes.Gpu> gpu() {
    return route.encodes()
        ? Optional.of(new Probes.Gpu(route.devices().getFirst().identity().name(), route.api()))
        : Optional.empty();
  }

  /** The same with encoders of the processor; empty where those of a GPU are asked for. */
  public Optional<ProbePlans> inSoftware() {
    return spec.hardware().use() == JobSpec.Hardware.Use.REQUIRE
        ? Optional.empty()
        : Optional.of(new ProbePlans(spec, input, capabilities.withDevices(List.of()), index));
  }

  /** Why the ladder cannot be made, known without measuring; empty when it can. */
  public static List<Failure> refusals(
      LadderSpec spec, MediaInfo input, Capabilities capabilities, Optional<FrameIndex> index) {
    LadderSpec usual = spec.withRungs(new LadderSpec.Rungs.Auto());
    List<Failure> refusals = new ArrayList<>();
    if (!input.seekable()) {
      refusals.add(
          new Failure.Unsupported(
              new Failure.Diagnosis(
                  input.source(),
                  Stage.PLAN,
                  "--per-title cannot measure it",
                  "it can be read only once, as a pipe",
                  "write it to a file first, or leave --per-title away")));
    }
    refusals.addAll(reasons(LadderPlanner.plan(usual, input, capabilities, index)));
    if (refusals.isEmpty()) {
      // What encodes are measured against comes from filters of the processor.
      refusals.addAll(reasons(LadderPlanner.inSoftware(usual, input, capabilities, index)));
    }
    return refusals;
  }

  private static List<Failure> reasons(Planning planning) {
    return switch (planning) {
      case Planning.Refused(List<Failure> reasons) -> reasons;
      case Planning.Planned _ -> List.of();
    };
  }

  /** The codecs, each of which is probed. */
  public List<VideoCodec> codecs() {
    return spec.codecs();
  }

  /** The parts of the source that are encoded. */
  public List<Stretch> stretches() {
    return Stretches.of(input.duration(), spec.gop(), index);
  }

  /** The preset of the encodes: that of the ladder, unless it is slow. */
  public Preset preset() {
    Preset asked = spec.video().preset().orElse(SLOWEST);
    return asked.compareTo(SLOWEST) > 0 ? SLOWEST : asked;
  }

  /**
   * The part of an original that is measured, from its own beginning: consecutive pictures of its
   * middle, as XPSNR weighs a picture by how it differs from the one before. They have pictures
   * before and behind them, as nearly all of the source.
   *
   * @param length of the original
   */
  public Stretch measured(Duration length) {
    double rate = track.nominalRate().or(track::frameRate).map(Rational::value).orElse(USUAL_RATE);
    double part = Math.min(1, MEASURED_RATE / rate);
    Duration taken = Duration.ofNanos(Math.round(length.toNanos() * part));
    return new Stretch(length.minus(taken).dividedBy(2), taken);
  }

  /** Lines of the rungs of a codec, in the order of the tracks of {@link #ladder}. */
  public List<Integer> lines(VideoCodec codec) {
    return Rungs.usual(spec, track, codec).stream().map(Rung::lines).toList();
  }

  /** The constant qualities that each size is encoded in. */
  public List<Double> qualities(VideoCodec codec) {
    QualityScale scale = recipe(codec).quality();
    double span = scale.worst() - scale.best();
    double grid = scale.whole() ? 1 : 0.5;
    return DoubleStream.of(QUALITIES)
        .map(part -> Math.rint((scale.usual() + part * span) / grid) * grid)
        .map(quality -> Math.clamp(quality, scale.best(), scale.worst()))
        .distinct()
        .boxed()
        .toList();
  }

  /** How near two qualities lie that are told apart: encoders with whole numbers take no other. */
  static double step(List<Double> qualities) {
    return qualities.stream().allMatch(quality -> quality == Math.rint(quality)) ? 1 : 0.5;
  }

  private EncoderRecipe recipe(VideoCodec codec) {
    if (route.encodes()) {
      return EncoderRecipe.hardware(codec, route.api()).orElseThrow();
    }
    String encoder = encoded(codec).encoder();
    return EncoderRecipe.of(codec).stream()
        .filter(recipe -> recipe.encoder().equals(encoder))
        .findFirst()
        .orElseThrow();
  }

  /** The track as a rung of the source's own size. */
  private EncodeVideo encoded(VideoCodec codec) {
    JobSpec all = LadderPlanner.reading(spec);
    int lines = Rungs.shownLines(spec, track);
    JobSpec job = all.withVideo(rung("whole", lines, codec).asked(all.video(), lines));
    Request request =
        new Request(
            job,
            input,
            capabilities,
            Container.of(job.output()).orElseThrow(),
            Optional.of(spec.gop()),
            /* inPieces= */ false,
            Optional.empty(),
            Route.SOFTWARE,
            new Ledger());
    return VideoTracks.encode(request, track).orElseThrow();
  }

  private static Rung rung(String name, int lines, VideoCodec codec) {
    return new Rung(
        name,
        lines,
        codec,
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        /* halved= */ false);
  }

  /** Writes a stretch as the rungs of a codec get it, without loss. */
  public Planning.Planned original(VideoCodec codec, Stretch stretch, String path) {
    return lossless(
        new Plan.Input(
            spec.input(),
            Optional.of(stretch.start()).filter(Duration::isPositive),
            Optional.of(stretch.duration())),
        bare(encoded(codec), track.index(), encoded(codec).filters()),
        path);
  }

  private static EncodeVideo bare(EncodeVideo video, int source, List<Filter> filters) {
    return new EncodeVideo(
        source,
        OptionalInt.empty(),
        video.codec(),
        LOSSLESS,
        filters,
        video.size(),
        video.pixelFormat(),
        new LinkedHashMap<>(),
        video.frameRate(),
        video.timeBase(),
        video.color(),
        HdrMetadata.NONE,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Plan.Rotation.NONE,
        new Plan.Labels(Map.of(), List.of()));
  }

  private Planning.Planned lossless(Plan.Input read, EncodeVideo video, String path) {
    Plan.File file =
        new Plan.File(path, List.of(0), MUXER, new LinkedHashMap<>(), Map.of(), List.of());
    return new Planning.Planned(
        new Plan(read, path, List.of(video), List.of(file), Optional.empty(), spec.strict()),
        new Receipt(List.of(), List.of()));
  }

  /**
   * Encodes an original in every size of the codec, as the rungs will be but for their maximum bit
   * rate.
   *
   * @param original facts of what {@link #original} wrote
   */
  public Planning ladder(VideoCodec codec, double quality, MediaInfo original, String folder) {
    List<Rung> rungs =
        Rungs.usual(spec, track, codec).stream().map(usual -> constant(usual, quality)).toList();
    LadderSpec probe = probe(codec, original.source(), folder);
    return new LadderPlanner(
            probe, original, capabilities, Optional.empty(), (_, _) -> rungs, route)
        .plan(/* inPieces= */ false);
  }

  private static Rung constant(Rung usual, double quality) {
    return new Rung(
        usual.name(),
        usual.lines(),
        usual.codec(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.of(quality),
        usual.halved());
  }

  /** What was asked of the pictures is done already. */
  private LadderSpec probe(VideoCodec codec, String original, String folder) {
    JobSpec.Video video = JobSpec.Video.DEFAULT;
    return new LadderSpec(
        original,
        folder,
        new LadderSpec.Rungs.Auto(),
        List.of(codec),
        Set.of(LadderSpec.Form.FILES),
        new JobSpec.Video(
            video.target(),
            Optional.of(preset()),
            video.tune(),
            video.bitrate(),
            video.maxBitrate(),
            video.buffer(),
            video.quality(),
            video.gop(),
            video.size(),
            video.fps(),
            video.crop(),
            video.pad(),
            JobSpec.Deinterlace.OFF,
            video.rotate(),
            video.hdr(),
            video.pixelFormat(),
            spec.video().encoderOptions()),
        List.of(new JobSpec.AudioTarget.None()),
        List.of(),
        OptionalDouble.empty(),
        JobSpec.Subtitles.NONE,
        spec.gop(),
        spec.segment(),
        new JobSpec.Segments.Off(),
        spec.hardware(),
        spec.threads(),
        spec.strict());
  }
}
