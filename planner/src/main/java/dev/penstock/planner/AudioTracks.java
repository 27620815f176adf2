package dev.penstock.planner;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Filter;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Receipt.Rejected;
import dev.penstock.model.Track;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;

/** Decides what becomes of the sound. */
final class AudioTracks {
  private final Request request;
  private final JobSpec.Audio asked;
  private final Ledger ledger;

  private AudioTracks(Request request) {
    this.request = request;
    this.asked = request.spec().audio();
    this.ledger = request.ledger();
  }

  static List<TrackPlan> plan(Request request) {
    AudioTracks audio = new AudioTracks(request);
    return audio.selected().stream().flatMap(track -> audio.plan(track).stream()).toList();
  }

  static String subject(Track.Audio track) {
    return "audio track " + track.index();
  }

  // ---- which

  private List<Track.Audio> selected() {
    List<Track.Audio> all = request.input().audio();
    if (asked.target().filter(AudioTarget.None.class::isInstance).isPresent()) {
      all.forEach(track -> ledger.decide(subject(track), "left out", "--audio none asks for it"));
      return List.of();
    }
    if (asked.tracks().isEmpty()) {
      return all;
    }
    refuseUnknown(all.size());
    decideUnselected(all);
    return asked.tracks().stream()
        .distinct()
        .filter(number -> number >= 1 && number <= all.size())
        .map(number -> all.get(number - 1))
        .toList();
  }

  private void decideUnselected(List<Track.Audio> all) {
    for (int i = 0; i < all.size(); i++) {
      if (!asked.tracks().contains(i + 1)) {
        ledger.decide(subject(all.get(i)), "left out", "--audio-tracks does not name it");
      }
    }
  }

  private void refuseUnknown(int count) {
    asked.tracks().stream()
        .filter(number -> number < 1 || number > count)
        .forEach(number ->
            ledger.refuse(
                "--audio-tracks " + number,
                "the input has no such audio track",
                count == 0 ? "it has none" : "it has " + count + ", counted from 1",
                "run penstock probe to see the tracks"));
  }

  // ---- copy or encode

  private Optional<TrackPlan> plan(Track.Audio track) {
    if (asked.target().isEmpty()) {
      return byDefault(track);
    }
    return switch (asked.target().get()) {
      case AudioTarget.Copy _ -> Optional.of(copyAsAsked(track));
      case AudioTarget.None _ -> Optional.empty();
      case AudioTarget.Encode(AudioCodec codec, OptionalLong bitrate) ->
          to(codec, bitrate, track, "--audio asks for it");
    };
  }

  private Optional<TrackPlan> byDefault(Track.Audio track) {
    Container container = request.container();
    AudioCodec codec = container.defaultAudio();
    if (container.keepsAnyAudio() && request.holds(track.codec()) && changes(track).isEmpty()) {
      ledger.decide(
          subject(track), "copy", container.label() + " holds " + track.codec() + " as it is");
      return Optional.of(copy(track));
    }
    return to(
        codec,
        OptionalLong.empty(),
        track,
        codec.id() + " is what " + container.label() + " is mostly played with");
  }

  private Optional<TrackPlan> to(
      AudioCodec codec, OptionalLong bitrate, Track.Audio track, String because) {
    if (!request.holds(codec.id())) {
      refuseContainer(codec);
      return Optional.empty();
    }
    List<String> changes = changes(track);
    bitrate.ifPresent(_ -> changes.add("a bit rate was asked for"));
    if (!track.codec().equals(codec.id())) {
      changes.addFirst("it is " + track.codec());
    }
    if (changes.isEmpty()) {
      ledger.decide(
          subject(track),
          "copy",
          "it is " + codec.id() + " already and nothing asks for other sound");
      return Optional.of(copy(track));
    }
    return encoder(codec).map(facts -> encode(track, codec, bitrate, facts, because, changes));
  }

  /** What stands against copying, apart from the codec. */
  private List<String> changes(Track.Audio track) {
    List<String> changes = new ArrayList<>();
    if (request.trimsStart()) {
      changes.add("--start cuts between packets, which only encoding can do");
    }
    if (asked.loudness().isPresent()) {
      if (isSilent(track)) {
        ledger.note(subject(track) + " is silent, so --loudness changes nothing");
      } else {
        changes.add("--loudness asks for other levels");
      }
    }
    return changes;
  }

  private void refuseContainer(AudioCodec codec) {
    ledger.refuseRequest(
        codec.id() + " in " + request.container().label(),
        "the container cannot hold the codec",
        request.container().label()
            + " holds "
            + request.container().held(List.of("aac", "opus"), request.capabilities()),
        "choose another --audio, or write to .mkv");
  }

  private TrackPlan copyAsAsked(Track.Audio track) {
    if (asked.loudness().isPresent()) {
      ledger.refuseRequest(
          "--loudness with --audio copy",
          "copied sound cannot be changed",
          "copying passes the compressed packets on as they are",
          "leave one of them away");
    }
    if (!request.holds(track.codec())) {
      ledger.refuse(
          subject(track),
          request.container().label() + " cannot hold " + track.codec(),
          "--audio copy keeps the source's codec",
          "write to .mkv, or leave --audio away to encode");
    }
    if (request.trimsStart()) {
      ledger.note(subject(track) + " is copied, so it starts at a packet, not at the exact sample");
    }
    ledger.decide(subject(track), "copy", "--audio copy asks for it");
    return copy(track);
  }

  private TrackPlan copy(Track.Audio track) {
    return new Plan.Copy(
        track.index(), track.codec(), Optional.empty(), Labelling.of(request, track));
  }

  private Optional<EncoderFacts> encoder(AudioCodec codec) {
    String name = AudioRecipe.of(codec).encoder();
    Optional<EncoderFacts> facts = request.capabilities().encoder(name);
    if (facts.isEmpty()) {
      ledger.refuse(
          codec.id(),
          "this build (" + request.capabilities().build() + ") has no encoder for it",
          "it needs " + name,
          "use another build or another --audio");
    }
    return facts;
  }

  // ---- encoding

  private TrackPlan encode(
      Track.Audio track,
      AudioCodec codec,
      OptionalLong asBitrate,
      EncoderFacts facts,
      String because,
      List<String> changes) {
    AudioRecipe recipe = AudioRecipe.of(codec);
    String layout = recipe.layout(track);
    int sampleRate = recipe.sampleRate(track, facts);
    long bitrate = bitrate(track, recipe, asBitrate, AudioRecipe.channels(layout), sampleRate);
    ledger.decide(
        subject(track),
        "encode to " + codec.id() + " at " + bitrate + " bit/s",
        because,
        new Rejected("copy", String.join("; ", changes)));
    decideForm(track, layout, sampleRate, recipe);
    String format = recipe.sampleFormat(facts);
    return new Plan.EncodeAudio(
        track.index(),
        codec,
        recipe.encoder(),
        filters(track, format, sampleRate, layout),
        sampleRate,
        layout,
        format,
        options(bitrate),
        Labelling.of(request, track));
  }

  private long bitrate(
      Track.Audio track, AudioRecipe recipe, OptionalLong asBitrate, int channels, int sampleRate) {
    long most = recipe.mostBitrate(channels, sampleRate);
    long bitrate = asBitrate.orElse(recipe.usualBitrate(channels, sampleRate));
    if (bitrate < 1) {
      ledger.refuseRequest(
          subject(track),
          recipe.encoder() + " cannot encode it at " + bitrate + " bit/s",
          "a bit rate is a positive number",
          "ask for another bit rate, or none");
    }
    if (bitrate > most) {
      // One rate is asked for all tracks; one that cannot use so much takes what it can.
      ledger.decide(
          subject(track) + ", bit rate",
          most + " bit/s",
          channels + " channels at " + sampleRate + " Hz take at most that",
          new Rejected(bitrate + " bit/s", "asked for"));
      ledger.note(
          subject(track)
              + " is encoded at "
              + most
              + " bit/s and not at "
              + bitrate
              + ": "
              + channels
              + " channels at "
              + sampleRate
              + " Hz take at most that");
    }
    return Math.min(bitrate, most);
  }

  private static SequencedMap<String, String> options(long bitrate) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    options.put("b", Long.toString(bitrate));
    return options;
  }

  private void decideForm(Track.Audio track, String layout, int sampleRate, AudioRecipe recipe) {
    if (sampleRate != track.sampleRate()) {
      ledger.decide(
          subject(track) + ", sample rate",
          sampleRate + " Hz",
          recipe.encoder() + " does not take " + track.sampleRate() + " Hz");
    }
    if (!layout.equals(track.layout())) {
      ledger.decide(
          subject(track) + ", channels",
          layout,
          "it is the nearest layout to " + track.layout() + " that players of the codec know");
    }
    if (track.channels() > AudioRecipe.channels(layout)) {
      ledger.note(
          subject(track) + ": its " + track.channels() + " channels are mixed down to " + layout);
    }
  }

  private List<Filter> filters(Track.Audio track, String format, int sampleRate, String layout) {
    List<Filter> filters = new ArrayList<>();
    filters.add(
        Filter.of(
            "aresample",
            "gaps in the timestamps become silence and overlaps are cut, so that sound stays with"
                + " the picture",
            "async",
            1,
            "min_hard_comp",
            "0.04"));
    asked.loudness().ifPresent(target -> filters.addAll(LoudnessFilters.of(track, target, ledger)));
    filters.add(
        Filter.of(
            "aformat",
            "the encoder takes this form",
            "sample_fmts",
            format,
            "sample_rates",
            sampleRate,
            "channel_layouts",
            layout));
    filters.forEach(filter ->
        ledger.decide(subject(track) + ", filter " + filter.name(), filter.text(), filter.why()));
    return filters;
  }

  private static boolean isSilent(Track.Audio track) {
    return track.loudness().filter(LoudnessFilters::isSilence).isPresent();
  }
}
