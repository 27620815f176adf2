package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Device;
import dev.penstock.model.Filter;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.LadderSpec.Form;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Planning;
import dev.penstock.model.Probes;
import dev.penstock.model.Rational;
import dev.penstock.model.Track;
import dev.penstock.model.Tuning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Decides how a ladder is made: which rungs, what each is scaled from, where key frames stand. Each
 * rung is planned as a transcode of its own, and then tied to the others: one decoding, one grid of
 * key frames, small pictures made of larger ones where that does not show. Pure.
 */
public final class LadderPlanner {
  private static final String EXTENSION = ".mp4";

  private final LadderSpec spec;
  private final MediaInfo input;
  private final Capabilities capabilities;
  private final Optional<FrameIndex> index;
  private final Renditions renditions;
  private final Route route;
  private final Ledger ledger = new Ledger();

  /** Which rungs there are. */
  interface Renditions {
    /** The largest of each codec first. */
    List<Rung> of(Track.Video track, Ledger ledger);
  }

  LadderPlanner(
      LadderSpec spec,
      MediaInfo input,
      Capabilities capabilities,
      Optional<FrameIndex> index,
      Renditions renditions,
      Route route) {
    this.route = route;
    this.spec = spec;
    this.input = input;
    this.capabilities = capabilities;
    this.index = index;
    this.renditions = renditions;
  }

  /**
   * The part of a ladder that reading its input has to know: a job that takes all of its tracks.
   */
  public static JobSpec reading(LadderSpec spec) {
    return new JobSpec(
        spec.input(),
        spec.folder() + "/ladder" + EXTENSION,
        spec.video(),
        new JobSpec.Audio(Optional.empty(), spec.audioTracks(), spec.loudness()),
        spec.subtitles(),
        JobSpec.Trim.ALL,
        spec.segments(),
        spec.hardware(),
        spec.threads(),
        spec.strict());
  }

  /** Plans a ladder whose rungs are listed or the usual ones. */
  public static Planning plan(
      LadderSpec spec, MediaInfo input, Capabilities capabilities, Optional<FrameIndex> index) {
    return plan(spec, input, capabilities, index, Optional.empty());
  }

  /**
   * Plans the ladder.
   *
   * @param probes what was measured, for {@link LadderSpec.Rungs.PerTitle}
   */
  public static Planning plan(
      LadderSpec spec,
      MediaInfo input,
      Capabilities capabilities,
      Optional<FrameIndex> index,
      Optional<Probes> probes) {
    List<Device> devices =
        probes
            .map(found -> ProbeScale.devices(found, capabilities.devices()))
            .orElse(capabilities.devices());
    Planning planning =
        Routes.plan(
            spec.hardware(),
            devices,
            route ->
                plan(
                    spec,
                    input,
                    capabilities,
                    index,
                    renditions(spec, capabilities, probes, route),
                    route));
    return Occupied.in(planning, capabilities.loads());
  }

  private static Renditions renditions(
      LadderSpec spec, Capabilities capabilities, Optional<Probes> probes, Route route) {
    return (track, ledger) ->
        probes
            .map(found ->
                new ProbeScale(found, capabilities, route)
                    .of(PerTitleRungs.of(spec, track, found, ledger), ledger))
            .orElseGet(() -> Rungs.of(spec, track, ledger));
  }

  /** The GPUs that encode the usual rungs, and how; empty where none does. */
  static Optional<Route> encoding(
      LadderSpec spec, MediaInfo input, Capabilities capabilities, Optional<FrameIndex> index) {
    return Routes.encoding(
        spec.hardware(),
        capabilities.devices(),
        route ->
            plan(
                spec,
                input,
                capabilities,
                index,
                renditions(spec, capabilities, Optional.empty(), route),
                route));
  }

  /** The usual rungs, on the processor. */
  static Planning inSoftware(
      LadderSpec spec, MediaInfo input, Capabilities capabilities, Optional<FrameIndex> index) {
    return plan(
        spec,
        input,
        capabilities,
        index,
        renditions(spec, capabilities, Optional.empty(), Route.SOFTWARE),
        Route.SOFTWARE);
  }

  private static Planning plan(
      LadderSpec spec,
      MediaInfo input,
      Capabilities capabilities,
      Optional<FrameIndex> index,
      Renditions renditions,
      Route route) {
    boolean inPieces =
        new LadderPlanner(spec, input, capabilities, index, renditions, route)
            .wish(List.of(), spec.gop())
            .isLikely(input, index);
    Planning planning =
        new LadderPlanner(spec, input, capabilities, index, renditions, route).plan(inPieces);
    return inPieces
            && planning instanceof Planning.Planned planned
            && planned.plan().segmentation().isEmpty()
        ? new LadderPlanner(spec, input, capabilities, index, renditions, route).plan(false)
        : planning;
  }

  Planning plan(boolean inPieces) {
    if (spec.video().tune().filter(tune -> tune == Tuning.LOSSLESS).isPresent()) {
      ledger.refuseRequest(
          "--tune lossless",
          "a ladder cannot be lossless",
          "each of its rungs has a bit rate or a quality",
          "leave it away, or use penstock transcode");
      return new Planning.Refused(ledger.refusals());
    }
    if (input.video().isEmpty()) {
      ledger.refuse(
          input.source(),
          "it has no video",
          "a ladder is made of pictures",
          "use penstock transcode for sound");
      return new Planning.Refused(ledger.refusals());
    }
    if (input.video().size() > 1) {
      ledger.note("only the first of " + input.video().size() + " video tracks is in the ladder");
    }
    Track.Video track = input.video().getFirst();
    List<Rung> rungs = renditions.of(track, ledger);
    Duration grid = grid(track, rungs);
    List<TrackPlan> tracks = new ArrayList<>(pictures(track, rungs, grid, inPieces));
    int videos = tracks.size();
    tracks.addAll(sound(inPieces));
    int sounds = tracks.size();
    if (spec.forms().contains(Form.FILES)) {
      tracks.addAll(SubtitleTracks.plan(request(reading(spec), inPieces, Optional.empty())));
    }
    int texts = tracks.size();
    if (spec.forms().contains(Form.HLS) || spec.forms().contains(Form.DASH)) {
      tracks.addAll(webText(inPieces));
    }
    Delivering delivering = Delivering.of(spec, track, tracks, texts < tracks.size(), ledger);
    List<Plan.Output> stills =
        new Stills(spec, input, capabilities, ledger).of(tracks.subList(0, videos), grid);
    if (!ledger.refusals().isEmpty()) {
      return new Planning.Refused(ledger.refusals());
    }
    List<Plan.Output> outputs =
        outputs(rungs, tracks, new Parts(videos, sounds, texts), delivering);
    outputs.addAll(stills);
    Plan plan =
        new Plan(
            new Plan.Input(spec.input(), Optional.empty(), Optional.empty()),
            spec.folder(),
            tracks,
            outputs,
            wish(rungs, grid).of(request(reading(spec), inPieces, Optional.empty()), index, tracks),
            spec.strict());
    return new Planning.Planned(route.given(plan), ledger.receipt());
  }

  private Request request(JobSpec job, boolean inPieces, Optional<Duration> grid) {
    return new Request(
        job,
        input,
        capabilities,
        Container.of(job.output()).orElseThrow(),
        grid,
        inPieces,
        Optional.empty(),
        route,
        ledger);
  }

  private Cutting.Wish wish(List<Rung> rungs, Duration grid) {
    boolean halved = rungs.stream().anyMatch(Rung::halved);
    boolean average = spec.rungs().keepAverages() && !route.averagesBySegment();
    return Cutting.Wish.ofLadder(reading(spec), grid, halved ? 2 : 1, average);
  }

  // ---- key frames

  /**
   * The distance of key frames. Where pictures come at an even rate it is a whole number of them,
   * so that the same pictures are key frames on every rung, those with half the pictures too.
   */
  private Duration grid(Track.Video track, List<Rung> rungs) {
    Optional<Rational> rate = track.nominalRate().or(track::frameRate);
    if (track.variableFrameRate() || rate.isEmpty()) {
      decideGrid(spec.gop(), "the frame rate varies, so time is counted");
      return spec.gop();
    }
    int step = rungs.stream().anyMatch(Rung::halved) ? 2 : 1;
    double wanted = spec.gop().toNanos() / 1e9 * rate.get().value();
    long frames = Math.max(step, Math.round(wanted / step) * step);
    Duration grid =
        Duration.ofNanos(Math.round(frames * 1e9 * rate.get().den() / rate.get().num()));
    decideGrid(grid, frames + " pictures, and nowhere else");
    return grid;
  }

  private void decideGrid(Duration grid, String how) {
    ledger.decide(
        "key frames",
        "every " + KeyFrames.seconds(grid) + " s",
        "players change rungs at key frames, so they stand at the same pictures on all; " + how);
  }

  // ---- pictures

  private List<EncodeVideo> pictures(
      Track.Video track, List<Rung> rungs, Duration grid, boolean inPieces) {
    List<EncodeVideo> planned = new ArrayList<>();
    for (Rung rung : rungs) {
      encode(track, rung, grid, inPieces)
          .map(video -> tied(video, rung, rungs, planned))
          .ifPresent(planned::add);
    }
    return planned;
  }

  /** The rung as a transcode of its own. */
  private Optional<EncodeVideo> encode(
      Track.Video track, Rung rung, Duration grid, boolean inPieces) {
    JobSpec all = reading(spec);
    JobSpec job =
        all.withOutput(file(rung))
            .withVideo(rung.asked(all.video(), Rungs.shownLines(spec, track)));
    ledger.begin("rung " + rung.name());
    try {
      return VideoTracks.encode(request(job, inPieces, Optional.of(grid)).of(rung), track);
    } finally {
      ledger.end();
    }
  }

  private String file(Rung rung) {
    return spec.folder() + "/" + rung.name() + EXTENSION;
  }

  /** The same, made of the pictures of a larger rung where there is one that fits. */
  private EncodeVideo tied(
      EncodeVideo video, Rung rung, List<Rung> rungs, List<EncodeVideo> planned) {
    // A GPU that does not encode hands over the less, the smaller the pictures are.
    OptionalInt parent =
        route.tier() == Plan.Tier.GPU_DECODE
            ? OptionalInt.empty()
            : parent(video, rung, rungs, planned);
    List<Filter> filters = new ArrayList<>();
    boolean drops = rung.halved() && (parent.isEmpty() || !rungs.get(parent.getAsInt()).halved());
    if (drops) {
      filters.add(Filter.of("framestep", "every second picture is left out", "step", 2));
    }
    if (parent.isEmpty()) {
      filters.addAll(video.filters());
    } else {
      EncodeVideo larger = planned.get(parent.getAsInt());
      filters.addAll(smaller(video, larger, rungs.get(parent.getAsInt()), planned));
    }
    Optional<Rational> rate =
        rung.halved()
            ? video.frameRate().map(full -> new Rational(full.num(), 2 * full.den()))
            : video.frameRate();
    boolean othersHalved = rungs.stream().anyMatch(Rung::halved) && !rung.halved();
    Optional<Plan.KeyGrid> keys =
        video.grid().map(grid -> new Plan.KeyGrid(grid.distance(), othersHalved ? 2 : 1));
    return video.withPictures(parent, filters, rate, keys);
  }

  private List<Filter> smaller(
      EncodeVideo video, EncodeVideo parent, Rung from, List<EncodeVideo> planned) {
    List<Filter> filters =
        List.of(
            scale(video, parent, from), Filter.of("setsar", "both have square pixels", "sar", 1));
    boolean onDevice = endsOnDevice(parent, planned);
    return route.isSoftware()
        ? filters
        : DeviceChain.of(
            route.surfaces(),
            capabilities.filters(),
            filters,
            new DeviceChain.Place(onDevice, parent.pixelFormat(), parent.size()),
            video.pixelFormat(),
            Set.of(onDevice));
  }

  private boolean endsOnDevice(EncodeVideo video, List<EncodeVideo> planned) {
    boolean begins =
        video.after().isPresent()
            ? endsOnDevice(planned.get(video.after().getAsInt()), planned)
            : route.decodes();
    return DeviceChain.endsOnDevice(begins, video.filters());
  }

  private Filter scale(EncodeVideo video, EncodeVideo parent, Rung from) {
    return Filter.of(
        "scale",
        "from the pictures of "
            + from.name()
            + ", which has "
            + Math.round(100.0 * parent.size().pixels() / input.video().getFirst().size().pixels())
            + " % of the source's pixels to read",
        "w",
        video.size().width(),
        "h",
        video.size().height(),
        "flags",
        VideoFilters.SCALER);
  }

  /** The smallest larger rung whose pictures differ from this one's in nothing but size. */
  private static OptionalInt parent(
      EncodeVideo video, Rung rung, List<Rung> rungs, List<EncodeVideo> planned) {
    return IntStream.range(0, planned.size())
        .filter(i -> {
          EncodeVideo other = planned.get(i);
          return Rungs.isStep(other.size(), video.size())
              && other.pixelFormat().equals(video.pixelFormat())
              && other.color().equals(video.color())
              && (rung.halved() || !rungs.get(i).halved());
        })
        .boxed()
        .min(java.util.Comparator.comparingLong(i -> planned.get(i).size().pixels()))
        .map(OptionalInt::of)
        .orElse(OptionalInt.empty());
  }

  // ---- sound

  private List<TrackPlan> sound(boolean inPieces) {
    List<JobSpec.AudioTarget> targets =
        spec.audio().isEmpty()
            ? List.of(
                new JobSpec.AudioTarget.Encode(
                    dev.penstock.model.AudioCodec.AAC, java.util.OptionalLong.empty()))
            : spec.audio();
    List<TrackPlan> tracks = new ArrayList<>();
    for (JobSpec.AudioTarget target : targets) {
      JobSpec job =
          reading(spec)
              .withAudio(
                  new JobSpec.Audio(Optional.of(target), spec.audioTracks(), spec.loudness()));
      tracks.addAll(AudioTracks.plan(request(job, inPieces, Optional.empty())));
    }
    return tracks;
  }

  // ---- subtitles

  /** Text for players in browsers, which take WebVTT. */
  private List<TrackPlan> webText(boolean inPieces) {
    JobSpec web = reading(spec).withOutput(spec.folder() + "/text.webm");
    return SubtitleTracks.plan(request(web, inPieces, Optional.empty()));
  }

  // ---- outputs

  /** Where the kinds of tracks end in the plan's list: pictures, sound, text of files. */
  private record Parts(int videos, int sounds, int texts) {}

  private List<Plan.Output> outputs(
      List<Rung> rungs, List<TrackPlan> tracks, Parts parts, Delivering delivering) {
    List<Plan.Output> outputs = new ArrayList<>();
    if (spec.forms().contains(Form.FILES)) {
      for (int i = 0; i < parts.videos(); i++) {
        outputs.add(file(rungs.get(i), i, parts));
      }
    }
    if (spec.forms().contains(Form.HLS) || spec.forms().contains(Form.DASH)) {
      outputs.add(presentation(rungs, tracks, parts, delivering));
    }
    return outputs;
  }

  private Plan.File file(Rung rung, int slot, Parts parts) {
    List<Integer> held = new ArrayList<>(List.of(slot));
    IntStream.range(parts.videos(), parts.texts()).forEach(held::add);
    FileTags tags = FileTags.of(request(reading(spec), false, Optional.empty()), false);
    return new Plan.File(file(rung), held, "mp4", tags.options(), tags.tags(), List.of());
  }

  private Plan.Presentation presentation(
      List<Rung> rungs, List<TrackPlan> tracks, Parts parts, Delivering delivering) {
    List<Integer> held = new ArrayList<>();
    List<Plan.Rendition> renditions = new ArrayList<>();
    Map<Integer, String> names = names(tracks, parts);
    for (int i = 0; i < tracks.size(); i++) {
      boolean ofFiles = i >= parts.sounds() && i < parts.texts();
      if (!ofFiles) {
        held.add(i);
        renditions.add(rendition(i, rungs, tracks.get(i), parts, names));
      }
    }
    Set<Form> forms = EnumSet.copyOf(spec.forms());
    forms.remove(Form.FILES);
    return new Plan.Presentation(
        spec.folder(),
        held,
        renditions,
        forms,
        spec.segment(),
        spec.delivery().layout(),
        delivering.protection());
  }

  private static Plan.Rendition rendition(
      int slot, List<Rung> rungs, TrackPlan track, Parts parts, Map<Integer, String> names) {
    if (slot < parts.videos()) {
      String name = rungs.get(slot).name();
      return new Plan.Rendition(name, name, Optional.empty(), slot == 0, /* forced= */ false);
    }
    boolean sound = slot < parts.sounds();
    String kind = sound ? "audio" : "text";
    int number = slot - (sound ? parts.videos() : parts.texts()) + 1;
    String id = kind + "-" + number;
    return new Plan.Rendition(
        id,
        names.getOrDefault(track.source(), id),
        language(track),
        sound && slot == parts.videos(),
        track.labels().dispositions().contains("forced"));
  }

  /**
   * What people choose sounds and texts by, by track of the source: of the same name are only the
   * renditions of one track, which players take for the same in other bit rates.
   */
  private static Map<Integer, String> names(List<TrackPlan> tracks, Parts parts) {
    Map<Integer, String> names = new HashMap<>();
    for (boolean sound : List.of(true, false)) {
      Set<String> taken = new HashSet<>();
      int first = sound ? parts.videos() : parts.texts();
      int end = sound ? parts.sounds() : tracks.size();
      for (int slot = first; slot < end; slot++) {
        TrackPlan track = tracks.get(slot);
        if (!names.containsKey(track.source())) {
          String other = (sound ? "audio " : "text ") + (taken.size() + 1);
          names.put(track.source(), unlike(taken, name(track, other)));
        }
      }
    }
    return names;
  }

  private static String name(TrackPlan track, String other) {
    String title = track.labels().tags().get("title");
    return title != null ? title : language(track).orElse(other);
  }

  private static Optional<String> language(TrackPlan track) {
    return Optional.ofNullable(track.labels().tags().get("language")).filter(l -> !l.equals("und"));
  }

  private static String unlike(Set<String> taken, String name) {
    String unique = name;
    for (int i = 2; !taken.add(unique); i++) {
      unique = name + " " + i;
    }
    return unique;
  }
}
