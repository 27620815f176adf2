package dev.penstock.planner;

import dev.penstock.model.Capability;
import dev.penstock.model.Device;
import dev.penstock.model.Filter;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.VideoTarget;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.Rotation;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Preset;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Size;
import dev.penstock.model.Track;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.EncoderRecipe.Settings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** Decides what becomes of the moving pictures. */
final class VideoTracks {
  private static final int MOST_ENCODED = 64;

  private final Request request;
  private final JobSpec.Video asked;
  private final Ledger ledger;
  private final Optional<VideoCodec> named;
  private final VideoCodec wanted;
  private final RateControl rate;
  private Optional<EncoderChoice> encoder = Optional.empty();
  private boolean encoderSought;

  private VideoTracks(Request request) {
    this.request = request;
    this.asked = request.spec().video();
    this.ledger = request.ledger();
    this.named =
        asked
            .target()
            .flatMap(target ->
                target instanceof VideoTarget.Encode(VideoCodec codec)
                    ? Optional.of(codec)
                    : Optional.empty());
    this.wanted = named.orElse(request.container().defaultVideo());
    RateControl whole = RateControl.of(asked, ledger);
    this.rate =
        request.inPieces() && !request.route().averagesBySegment() ? whole.ofPieces() : whole;
  }

  static List<TrackPlan> plan(Request request) {
    List<Track.Video> tracks = request.input().video();
    if (tracks.isEmpty()) {
      noVideo(request);
      return List.of();
    }
    if (request.container().audioOnly()) {
      noVideoWanted(request);
      return List.of();
    }
    VideoTracks video = new VideoTracks(request);
    List<TrackPlan> plans =
        video.readable(tracks).stream().flatMap(track -> video.plan(track).stream()).toList();
    video.checkNumber(plans);
    return plans;
  }

  /** One track, encoded as the request asks, even where it could be copied. */
  static Optional<Plan.EncodeVideo> encode(Request request, Track.Video track) {
    VideoTracks video = new VideoTracks(request);
    return video
        .encoder(List.of("a ladder is encoded"), track)
        .map(choice -> video.encode(track, choice));
  }

  /** Tracks that are announced and never come, or are damaged from the start, have no size. */
  private List<Track.Video> readable(List<Track.Video> tracks) {
    List<Track.Video> readable =
        tracks.stream().filter(track -> track.width() > 0 && track.height() > 0).toList();
    if (readable.isEmpty()) {
      ledger.refuseInput(
          request.input().source(),
          "its pictures cannot be read",
          "not even their size is known: they are missing, damaged, or larger than can be decoded",
          "get the file again, or try a player on it");
      return List.of();
    }
    tracks.stream()
        .filter(track -> !readable.contains(track))
        .forEach(track -> ledger.note(subject(track) + " is left out: nothing in it can be read"));
    return readable;
  }

  private static void noVideo(Request request) {
    if (!request.spec().video().equals(JobSpec.Video.DEFAULT)) {
      request
          .ledger()
          .refuse(
              request.input().source(),
              "it has no video, but video options were given",
              "the input holds sound only",
              "leave the video options away");
    } else if (!request.container().audioOnly()) {
      request.ledger().note("the input has no video; the output will hold sound only");
    }
  }

  private static void noVideoWanted(Request request) {
    String label = request.container().label();
    if (request.spec().video().equals(JobSpec.Video.DEFAULT)) {
      request.ledger().note("video is left out: " + label + " is for sound");
    } else {
      request
          .ledger()
          .refuseRequest(
              request.spec().output(),
              "video options were given, but " + label + " is for sound",
              "the container follows from the extension",
              "leave the video options away, or write to .mp4 or .mkv");
    }
  }

  /** Every one takes threads and memory of its own, all at the same time. */
  private void checkNumber(List<TrackPlan> plans) {
    long encoded = plans.stream().filter(Plan.EncodeVideo.class::isInstance).count();
    if (encoded > MOST_ENCODED) {
      ledger.refuse(
          request.input().source(),
          encoded + " video tracks cannot be encoded at once",
          "at most " + MOST_ENCODED + " can",
          "use --codec copy, or split the file");
    }
  }

  static String subject(Track.Video track) {
    return "video track " + track.index();
  }

  private Optional<TrackPlan> plan(Track.Video track) {
    if (asked.target().filter(VideoTarget.Copy.class::isInstance).isPresent()) {
      return Optional.of(copyAsAsked(track));
    }
    if (!request.holds(wanted.id())) {
      refuseContainer(wanted);
      return Optional.empty();
    }
    List<String> changes = VideoChanges.needed(request, track, wanted);
    if (changes.isEmpty()) {
      ledger.decide(
          subject(track),
          "copy",
          "it is " + wanted.label() + " already and nothing asks for other pictures");
      return Optional.of(copy(track));
    }
    return encoder(changes, track).map(choice -> (TrackPlan) encode(track, choice));
  }

  private void refuseContainer(VideoCodec codec) {
    List<String> all = List.of("h264", "hevc", "av1", "vp9");
    ledger.refuseRequest(
        codec.label() + " in " + request.container().label(),
        "the container cannot hold the codec",
        request.container().label()
            + " holds "
            + request.container().held(all, request.capabilities()),
        "choose one of those with --codec, or write to .mkv or .mp4");
  }

  private TrackPlan copyAsAsked(Track.Video track) {
    for (String option : VideoChanges.options(asked)) {
      ledger.refuseRequest(
          option + " with --codec copy",
          "copied pictures cannot be changed",
          "copying passes the compressed packets on as they are",
          "leave " + option + " away, or choose a codec to encode to");
    }
    if (!request.hasTimes()) {
      ledger.refuse(
          subject(track),
          "its packets have no timestamps to copy",
          "the file is a bare " + track.codec() + " stream",
          "leave --codec copy away: decoding tells the times");
    }
    if (!request.holds(track.codec())) {
      ledger.refuse(
          subject(track),
          request.container().label() + " cannot hold " + track.codec(),
          "--codec copy keeps the source's codec",
          "write to .mkv, or leave --codec away to encode");
    }
    noteCopy(track);
    ledger.decide(subject(track), "copy", "--codec copy asks for it");
    return copy(track);
  }

  private void noteCopy(Track.Video track) {
    if (request.trimsStart()) {
      ledger.note(
          subject(track)
              + " is copied, so it starts at the key frame before --start; encode for an exact"
              + " start");
    }
    if (VideoChanges.losesRotation(request, track)) {
      ledger.note(
          subject(track)
              + ": "
              + request.container().label()
              + " cannot say that the picture is turned, so it will play unturned");
    }
  }

  private TrackPlan copy(Track.Video track) {
    return new Plan.Copy(
        track.index(),
        track.codec(),
        request.container().codecTag(track.codec()),
        Labelling.of(request, track));
  }

  /** The encoder is the same for all video tracks: sought once, and only if one needs it. */
  private Optional<EncoderChoice> encoder(List<String> changes, Track.Video track) {
    if (!encoderSought) {
      encoderSought = true;
      encoder = EncoderChoice.of(request, wanted, named.isPresent());
      encoder.ifPresent(choice -> RateRules.check(rate, choice.recipe(), asked, ledger));
    }
    encoder.ifPresent(choice -> decideEncode(choice, changes, track));
    return encoder;
  }

  private void decideEncode(EncoderChoice choice, List<String> changes, Track.Video track) {
    VideoCodec codec = choice.recipe().codec();
    ledger.decide(
        subject(track),
        "encode to " + codec.id(),
        named.isPresent()
            ? "--codec asks for " + codec.label()
            : codec.label() + " is what " + request.container().label() + " is mostly played with",
        new Rejected("copy", String.join("; ", changes)));
  }

  private Plan.EncodeVideo encode(Track.Video track, EncoderChoice choice) {
    Timing timing = Timing.of(asked, track, ledger);
    Pixels pixels = Pixels.of(request, track, choice);
    VideoFilters.Result picture = VideoFilters.of(request, track, timing, pixels);
    List<Filter> chain = placed(track, picture.filters(), pixels.format(), choice);
    chain.forEach(filter ->
        ledger.decide(subject(track) + ", filter " + filter.name(), filter.text(), filter.why()));
    checkLimits(track, picture.size(), choice.recipe());
    KeyFrames keys =
        request
            .keyGrid()
            .map(KeyFrames::aligned)
            .orElseGet(() -> KeyFrames.of(asked, track, timing, ledger));
    noteLosses(track, choice.recipe());
    noteHdrLoss(track, choice.recipe(), pixels);
    Settings settings = settings(track, choice, timing, keys, picture.size(), pixels);
    return new Plan.EncodeVideo(
        track.index(),
        OptionalInt.empty(),
        choice.recipe().codec(),
        choice.recipe().encoder(),
        chain,
        picture.size(),
        pixels.format(),
        options(track, choice, settings, pixels.format()),
        timing.frameRate(),
        timing.timeBase(),
        pixels.color(),
        pixels.hdr(),
        keys.grid().map(distance -> new Plan.KeyGrid(distance, 1)),
        choice
            .recipe()
            .joints(settings)
            .map(joints -> joints.analysedWith(own -> UserOptions.merged(request, own))),
        request.container().codecTag(choice.recipe().codec().id()),
        rotation(track),
        Labelling.ofEncoded(request, track));
  }

  /** The chain with as much of it on the GPU as is worth it. */
  private List<Filter> placed(
      Track.Video track, List<Filter> chain, String format, EncoderChoice choice) {
    Route route = request.route();
    if (route.isSoftware()) {
      return chain;
    }
    Optional<String> surface = route.surface(track.pixelFormat());
    if (route.decodes()) {
      route
          .decodingObstacle(track)
          .or(() ->
              surface.isPresent()
                  ? Optional.empty()
                  : Optional.of("gives pictures that nothing here takes"))
          .ifPresent(why -> refuseDevice(route, why));
    }
    return DeviceChain.of(
        route.surfaces(),
        request.capabilities().filters(),
        chain,
        new DeviceChain.Place(
            route.decodes(),
            route.decodes() ? surface.orElse(format) : track.pixelFormat().name(),
            track.size()),
        format,
        choice.takesFrom());
  }

  private void refuseDevice(Route route, String why) {
    ledger.refuse(
        route.devices().getFirst().identity().name(),
        "it " + why,
        "what it can do is in penstock devices",
        "use --hardware auto");
  }

  private Settings settings(
      Track.Video track,
      EncoderChoice choice,
      Timing timing,
      KeyFrames keys,
      Size size,
      Pixels pixels) {
    Optional<String> profile = profile(track, choice, pixels);
    EncoderRecipe recipe = choice.recipe();
    return new Settings(
        preset(track, recipe),
        tune(track, recipe, pixels.format()),
        rate,
        keys,
        threads(track, recipe, size),
        size,
        pixels.format(),
        timing.constant(),
        request.inPieces(),
        profile,
        latencyBuffer(track, recipe, timing));
  }

  private OptionalLong latencyBuffer(Track.Video track, EncoderRecipe recipe, Timing timing) {
    if (!LatencyBuffer.isFor(asked, recipe)) {
      return OptionalLong.empty();
    }
    Tuning tune = asked.tune().orElseThrow();
    OptionalLong buffer = LatencyBuffer.of(tune, rate, timing.frameRate());
    int pictures = LatencyBuffer.pictures(tune);
    buffer.ifPresent(bits ->
        ledger.decide(
            subject(track) + ", rate buffer",
            bits + " bits",
            "--tune "
                + tune.id()
                + " leaves time for "
                + (pictures == 1 ? "one picture" : pictures + " pictures")
                + ", and --buffer does not say otherwise"));
    return buffer;
  }

  private Tuning tune(Track.Video track, EncoderRecipe recipe, String pixelFormat) {
    asked
        .tune()
        .ifPresent(
            tune -> ledger.decide(subject(track) + ", tuning", tune.id(), "--tune asks for it"));
    Tuning tune = asked.tune().orElse(Tuning.QUALITY);
    recipe
        .lacks(tune, pixelFormat)
        .ifPresent(why ->
            ledger.refuse(
                "--tune " + tune.id(),
                recipe.encoder() + " cannot do it with " + pixelFormat,
                why,
                "leave --tune away, or choose another --codec or --pixel-format"));
    return tune;
  }

  private Optional<String> profile(Track.Video track, EncoderChoice choice, Pixels pixels) {
    Optional<String> asked = request.rung().flatMap(Rung::profile);
    asked.ifPresent(profile -> Profiles.check(profile, choice.recipe(), pixels.format(), ledger));
    asked.ifPresent(profile ->
        ledger.decide(
            subject(track) + ", profile",
            profile,
            "--rungs asks for it; the encoder uses no more of the codec than that"));
    return asked;
  }

  private Preset preset(Track.Video track, EncoderRecipe recipe) {
    Preset preset = asked.preset().orElse(Preset.P4);
    if (recipe.hasPresets()) {
      ledger.decide(subject(track) + ", preset", preset.id(), presetBecause());
    } else if (asked.preset().isPresent()) {
      ledger.note("--preset " + preset.id() + " has no effect: " + recipe.encoder() + " has none");
    }
    return preset;
  }

  private String presetBecause() {
    if (request.rung().flatMap(Rung::preset).isPresent()) {
      return "--rungs asks for it";
    }
    return asked.preset().isPresent() ? "--preset asks for it" : "it is the middle of p1 to p7";
  }

  private int threads(Track.Video track, EncoderRecipe recipe, Size size) {
    Tuning tune = asked.tune().orElse(Tuning.QUALITY);
    EncoderRecipe.Threads usual =
        request.inPieces() ? recipe.threadsOfPiece(size, rate) : recipe.threads(size, rate, tune);
    recipe.varies().ifPresent(ledger::note);
    if (!recipe.hasThreads()) {
      if (request.spec().threads().isPresent()) {
        ledger.note("--threads has no effect: " + recipe.encoder() + " runs on the GPU");
      }
      return usual.count();
    }
    int threads = request.spec().threads().orElse(usual.count());
    if (threads < 1 || threads > recipe.mostThreads()) {
      ledger.refuse(
          "--threads",
          threads + " is out of range",
          recipe.encoder() + " takes 1 to " + recipe.mostThreads() + " threads",
          "leave --threads away for " + usual.count());
    }
    if (!recipe.repeatable(threads, rate)) {
      ledger.note(
          "another run may write other bytes: with --threads "
              + threads
              + " and a bit rate to keep to, "
              + recipe.encoder()
              + "'s depend on which thread is faster");
    }
    ledger.decide(
        subject(track) + ", encoder threads",
        Integer.toString(threads),
        request.spec().threads().isPresent() ? "--threads asks for it" : usual.because());
    return threads;
  }

  private SequencedMap<String, String> options(
      Track.Video track, EncoderChoice choice, Settings settings, String pixelFormat) {
    EncoderRecipe recipe = choice.recipe();
    SequencedMap<String, String> options =
        recipe instanceof HardwareRecipe gpu
            ? fitted(track, gpu, settings, choice.capability().orElseThrow())
            : recipe.options(settings);
    ledger.decide(
        subject(track) + ", rate",
        RateRules.choice(rate, recipe),
        request.keyGrid().isPresent() && asked.quality().isPresent()
            ? "the rung has it"
            : RateRules.because(rate, recipe, asked));
    return UserOptions.apply(request, choice, options, pixelFormat);
  }

  /** The options for what the GPUs can do, with what had to be left out. */
  private SequencedMap<String, String> fitted(
      Track.Video track, HardwareRecipe recipe, Settings settings, Capability capability) {
    Device.Vendor vendor = request.route().devices().getFirst().identity().vendor();
    return switch (HardwareFit.of(recipe, settings, vendor, capability)) {
      case HardwareFit.Accepted(var options, var adaptations) -> {
        adaptations.forEach(each ->
            ledger.decide(
                subject(track) + ", " + each.subject(),
                each.taken(),
                each.because(),
                new Rejected(each.wanted(), each.because())));
        yield lowPower(recipe, capability, options);
      }
      case HardwareFit.Refused(var obstacles) -> {
        obstacles.forEach(each ->
            ledger.refuse(
                request.route().who(),
                each.problem(),
                each.cause(),
                "use --hardware auto, or ask for what it can do"));
        yield new LinkedHashMap<>();
      }
    };
  }

  /** Some generations of Intel's have no other entry point, and libav looks for the other first. */
  private static SequencedMap<String, String> lowPower(
      HardwareRecipe recipe, Capability capability, SequencedMap<String, String> options) {
    if (!(recipe instanceof Vaapi) || !capability.features().lowPowerOnly().orElse(false)) {
      return options;
    }
    SequencedMap<String, String> all = new LinkedHashMap<>(options);
    all.put("low_power", "1");
    return all;
  }

  private void checkLimits(Track.Video track, Size size, EncoderRecipe recipe) {
    boolean known = recipe instanceof HardwareRecipe; // what the GPU says of itself decides
    if (!known && !recipe.limits().accepts(size)) {
      ledger.refuse(
          subject(track),
          recipe.encoder() + " cannot encode pictures of " + size,
          "it takes " + recipe.limits().text(),
          "ask for another --size, or another --codec");
    }
  }

  private Rotation rotation(Track.Video track) {
    boolean turned = track.rotation() != 0 || track.mirrored();
    if (!turned || asked.rotate() == JobSpec.Rotate.AUTO) {
      return Rotation.NONE;
    }
    if (!request.container().carriesRotation()) {
      ledger.note(
          subject(track)
              + " will play unturned: "
              + request.container().label()
              + " cannot say that it is turned");
      return Rotation.NONE;
    }
    ledger.decide(
        subject(track) + ", rotation", "kept in the container", "--rotate off asks for it");
    return Rotation.CARRIED;
  }

  private void noteHdrLoss(Track.Video track, EncoderRecipe recipe, Pixels pixels) {
    boolean has =
        pixels.hdr().masteringDisplay().isPresent() || pixels.hdr().contentLight().isPresent();
    if (has && !recipe.keepsHdrMetadata()) {
      ledger.note(
          subject(track)
              + ": what the source says of its mastering display and light levels is lost, as "
              + recipe.encoder()
              + " does not write it");
    }
  }

  private void noteLosses(Track.Video track, EncoderRecipe recipe) {
    if (track.hdr().dolbyVision()) {
      ledger.note(
          subject(track)
              + ": the Dolby Vision layer is lost in encoding"
              + (track.color().isHdr()
                  ? ""
                  : ", and its colours may be wrong, as nothing beside it says how to read them"));
    }
    if (track.hdr().hdr10Plus()) {
      ledger.note(subject(track) + ": the HDR10+ metadata is lost in encoding");
    }
    if (track.scan().mayBeInterlaced() && asked.deinterlace() == JobSpec.Deinterlace.OFF) {
      ledger.note(
          subject(track)
              + ": its frames stay interlaced, but the encoder treats and marks them as"
              + " progressive");
    }
    if (track.closedCaptions() && !recipe.keepsCaptions()) {
      ledger.note(
          subject(track)
              + ": the embedded captions are lost, as "
              + recipe.encoder()
              + " does not write them");
    }
  }
}
