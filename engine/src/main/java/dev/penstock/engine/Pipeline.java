package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Frame;
import dev.penstock.av.LogScope;
import dev.penstock.av.Muxer;
import dev.penstock.av.Packet;
import dev.penstock.av.SubtitleConverter;
import dev.penstock.av.Timestamp;
import dev.penstock.av.TrackParameters;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Plan;
import dev.penstock.model.Plan.ConvertSubtitle;
import dev.penstock.model.Plan.Copy;
import dev.penstock.model.Plan.EncodeAudio;
import dev.penstock.model.Plan.EncodeVideo;
import dev.penstock.model.Plan.TrackPlan;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The stages of one job, built from its plan. What they are and how they connect: the package's
 * doc.
 */
final class Pipeline {
  private static final int PACKETS = 8;
  private static final int FRAMES = 2;
  private static final int MUX_ITEMS = 64;
  private static final int MAX_ENCODED_TRACKS = 100;

  private final Plan plan;
  private final Demuxer demuxer;
  private final Input input;
  private final Muxer muxer;
  private final LogScope log;
  private final Run run;
  private final long began = System.nanoTime();
  private final AtomicLong firstPacket = new AtomicLong();
  private final List<Account> accounts = new ArrayList<>();
  private final Map<Integer, Account> bySource = new HashMap<>();
  private final Map<Integer, PacketSink> sinks = new HashMap<>();
  private final Set<Integer> continuous = new HashSet<>();
  private final List<AutoCloseable> unstarted = new ArrayList<>();
  private final Link<MuxItem> muxLink;
  private final MuxStage mux;
  private final Timeline timeline;
  private final Optional<CopyStart.Mark> copyMark;
  private @Nullable DemuxStage demux;

  Pipeline(Plan plan, Input input, Muxer muxer, Cancellation cancellation, LogScope log) {
    this.plan = plan;
    this.input = input;
    this.demuxer = input.demuxer();
    this.muxer = muxer;
    this.log = log;
    this.run = new Run(cancellation);
    // Tracks may announce themselves, and attached files end, before anything receives.
    this.muxLink = run.link(MUX_ITEMS + 2 * plan.tracks().size());
    this.mux = new MuxStage(muxer, plan, muxLink, accounts);
    this.copyMark = copyMark();
    this.timeline = new Timeline(demuxer, plan.input().start().orElse(Duration.ZERO));
  }

  /** Opens decoders and makes the stages; none runs yet. */
  void build() {
    checkSize();
    seek();
    for (int slot = 0; slot < plan.tracks().size(); slot++) {
      add(slot, plan.tracks().get(slot));
    }
    skipUnused();
    DemuxStage stage =
        new DemuxStage(
            demuxer,
            run,
            timeline,
            sinks,
            continuous,
            bySource,
            plan.input().duration(),
            plan.strict());
    demux = stage;
    run.stage(
        "demux",
        stage,
        e -> Failures.ofReading(plan.input().source(), Stage.DEMUX, e, input.interrupt()));
    run.stage("mux", mux, e -> Failures.ofWriting(Path.of(plan.output().path()), e));
  }

  private void checkSize() {
    long encoded =
        plan.tracks().stream()
            .filter(track -> track instanceof EncodeVideo || track instanceof EncodeAudio)
            .count();
    if (encoded > MAX_ENCODED_TRACKS) {
      throw new FailureException(
          new Failure.Unsupported(
              new Diagnosis(
                  plan.input().source(),
                  Stage.PLAN,
                  encoded + " tracks would be encoded at once",
                  "each takes threads and memory; more than " + MAX_ENCODED_TRACKS + " are refused",
                  "choose some with --audio-tracks, or copy them")));
    }
  }

  private void seek() {
    Optional<Duration> start = plan.input().start().filter(at -> !at.isZero());
    // What cannot be sought in is read from its beginning, and dropped up to the start.
    if (start.isEmpty() || !input.info().seekable()) {
      return;
    }
    try {
      new Seek(demuxer, pictures()).to(start.get());
    } catch (AvException e) {
      throw new FailureException(
          Failures.ofReading(plan.input().source(), Stage.DEMUX, e, input.interrupt()), e);
    }
  }

  /** Sources of the video tracks of the output. */
  private Set<Integer> pictures() {
    return plan.tracks().stream()
        .map(TrackPlan::source)
        .filter(source -> input.info().tracks().get(source) instanceof Track.Video)
        .collect(Collectors.toSet());
  }

  private void add(int slot, TrackPlan track) {
    switch (track) {
      case Copy copy -> addCopy(slot, copy);
      case EncodeVideo video -> addVideo(slot, video);
      case EncodeAudio audio -> addAudio(slot, audio);
      case ConvertSubtitle subtitle -> addSubtitle(slot, subtitle);
    }
  }

  private Account account(TrackPlan track, String kind, String codec) {
    Account account = new Account(track.source(), kind, codec);
    accounts.add(account);
    bySource.put(track.source(), account);
    return account;
  }

  private void addCopy(int slot, Copy copy) {
    Track source = input.info().tracks().get(copy.source());
    if (source instanceof Track.Attachment) {
      attach(slot, copy, TrackParameters.of(demuxer, copy.source(), log));
      return;
    }
    if (source instanceof Track.Picture && muxer.holdsAttachments()) {
      attach(slot, copy, TrackParameters.ofAttachedCover(demuxer, copy.source(), log));
      return;
    }
    CopyStart.Kind kind = kind(source);
    if (kind == CopyStart.Kind.PICTURES || kind == CopyStart.Kind.SOUND) {
      continuous.add(copy.source());
    }
    Account account = account(copy, "copy", copy.codec());
    sinks.put(
        copy.source(),
        new CopySink(
            demuxer, copy, slot, muxLink, kind, copyMark, plan.input().duration(), account, log));
  }

  private static CopyStart.Kind kind(Track track) {
    return switch (track) {
      case Track.Video _ -> CopyStart.Kind.PICTURES;
      case Track.Audio _ -> CopyStart.Kind.SOUND;
      case Track.Subtitle _, Track.Data _ -> CopyStart.Kind.EVENTS;
      case Track.Picture _, Track.Attachment _ -> CopyStart.Kind.TIMELESS;
    };
  }

  private Optional<CopyStart.Mark> copyMark() {
    boolean pictures =
        plan.tracks().stream()
            .anyMatch(track ->
                track instanceof Copy
                    && input.info().tracks().get(track.source()) instanceof Track.Video);
    return plan.input()
        .start()
        .map(_ -> pictures ? CopyStart.Mark.ofPictures() : CopyStart.Mark.ofZero());
  }

  /** A file that the muxer writes with its header: there are no packets. */
  private void attach(int slot, Copy copy, TrackParameters file) {
    Account account = account(copy, "copy", copy.codec());
    account.packetsIn.set(1);
    account.packetsOut.set(1);
    account.bytes.set(file.headerSize());
    muxLink.send(new MuxItem.Ready(slot, file));
    muxLink.send(new MuxItem.End(slot));
  }

  private void addVideo(int slot, EncodeVideo video) {
    continuous.add(video.source());
    Account account = account(video, "video", video.codec().id());
    Decoding decoding = decoding(video.source(), account);
    Link<Packet> packets = run.link(PACKETS);
    Link<Frame> decoded = run.link(FRAMES);
    Link<Frame> filtered = run.link(FRAMES);
    // A mark would have to wait for the frames that an encoder holds back.
    sinks.put(video.source(), new LinkSink(packets, /* marks= */ false));
    String track = name(video.source());
    run.stage(
        "decode " + video.source(),
        new VideoDecodeStage(
            decoding,
            packets,
            decoded,
            account,
            demuxer.timeBase(video.source()),
            plan.input().start().isPresent(),
            plan.input().duration()),
        e -> Failures.ofProcessing(track, Stage.DECODE, e));
    run.stage(
        "filter " + video.source(),
        new VideoFilterStage(
            video, decoded, filtered, account, demuxer.timeBase(video.source()), log),
        e -> Failures.ofProcessing(track, Stage.FILTER, e));
    run.stage(
        "encode " + video.source(),
        new VideoEncodeStage(
            video,
            filtered,
            new EncoderOutput(slot, muxLink, this::noteFirstPacket),
            account,
            muxer.wantsGlobalHeader(),
            rotationOf(video),
            log),
        e -> Failures.ofProcessing(track, Stage.ENCODE, e));
  }

  private Consumer<TrackParameters> rotationOf(EncodeVideo video) {
    return switch (video.rotation()) {
      case NONE -> parameters -> {};
      case CARRIED -> parameters -> parameters.copyRotation(demuxer, video.source());
    };
  }

  private void addAudio(int slot, EncodeAudio audio) {
    continuous.add(audio.source());
    Account account = account(audio, "audio", audio.codec().id());
    Link<Packet> packets = run.link(PACKETS * 4);
    sinks.put(audio.source(), new LinkSink(packets, /* marks= */ true));
    String track = name(audio.source());
    run.stage(
        "sound " + audio.source(),
        new AudioStage(
            audio,
            decoding(audio.source(), account),
            packets,
            new EncoderOutput(slot, muxLink, () -> {}),
            account,
            demuxer.timeBase(audio.source()),
            plan.input().start().isPresent(),
            plan.input().duration(),
            muxer.wantsGlobalHeader(),
            log),
        e -> Failures.ofProcessing(track, Stage.ENCODE, e));
  }

  private void addSubtitle(int slot, ConvertSubtitle subtitle) {
    Account account = account(subtitle, "subtitle", subtitle.codec());
    try {
      SubtitleConverter converter =
          SubtitleConverter.open(demuxer, subtitle.source(), subtitle.encoder(), log);
      unstarted.add(converter);
      sinks.put(
          subtitle.source(),
          new SubtitleSink(converter, slot, muxLink, plan.input().duration(), account, log));
    } catch (AvException e) {
      throw new FailureException(
          Failures.ofProcessing(name(subtitle.source()), Stage.ENCODE, e), e);
    }
  }

  private Decoding decoding(int source, Account account) {
    String subject = name(source);
    try {
      Decoder decoder = Decoder.open(demuxer, source, 0, log);
      Decoding decoding = new Decoding(decoder, account, plan.strict(), subject);
      unstarted.add(decoding);
      return decoding;
    } catch (AvException e) {
      throw new FailureException(Failures.ofProcessing(subject, Stage.DECODE, e), e);
    }
  }

  private String name(int source) {
    return plan.input().source() + ", track " + source;
  }

  private void skipUnused() {
    for (int track = 0; track < demuxer.trackCount(); track++) {
      if (!sinks.containsKey(track)) {
        demuxer.skip(track);
      }
    }
  }

  private void noteFirstPacket() {
    firstPacket.compareAndSet(0, System.nanoTime() - began);
  }

  /** Frees what stages that never started would have freed. */
  void closeUnstarted() {
    unstarted.forEach(Closing::quietly);
  }

  /** A frame that went in must have come out, and a track that was planned must be there. */
  void checkAccounts() {
    for (Account account : accounts) {
      checkPresent(account);
      if (account.kind.equals("video") && account.encoded.get() != account.packetsOut.get()) {
        throw new FailureException(
            new Failure.Bug(
                new Diagnosis(
                    name(account.source),
                    Stage.ENCODE,
                    "frames were lost",
                    account.encoded + " went into the encoder, " + account.packetsOut + " came out",
                    "please report it; nothing was written")));
      }
    }
  }

  /** An output without its picture, or with silence where sound was damaged, is no success. */
  private void checkPresent(Account account) {
    boolean picture = input.info().tracks().get(account.source) instanceof Track.Video;
    boolean undecoded = account.packetsIn.get() > 0 && account.decoded.get() == 0;
    boolean lostSound = account.kind.equals("audio") && undecoded;
    if (account.packetsOut.get() == 0 && (picture || lostSound)) {
      throw new FailureException(
          new Failure.BadInput(
              new Diagnosis(
                  name(account.source),
                  Stage.DECODE,
                  "nothing of it came out",
                  account.packetsIn.get() == 0
                      ? "the track is empty, or has nothing in the wanted part"
                      : account.packetsIn + " packets were read, " + account.decoded + " decoded",
                  "get the file again, or leave the track out")));
    }
  }

  /** Where damage is not to be decoded past, or a lost connection would look like an end. */
  void checkEnd() {
    Optional<String> early = early();
    if (early.isPresent() && (plan.strict() || demuxer.mayEndUnnoticed())) {
      throw new FailureException(
          new Failure.BadInput(
              new Diagnosis(
                  plan.input().source(),
                  Stage.DEMUX,
                  "ends early",
                  early.get(),
                  plan.strict()
                      ? "leave out --strict to take what is there, or get the file again"
                      : "try again")));
    }
  }

  /** How much is missing, where the container says how much there should be. */
  private Optional<String> early() {
    if (!demuxer.knowsDuration() || timeline.jumps() > 0) {
      return Optional.empty();
    }
    Duration reached = Timestamp.MICROSECONDS.toDuration(mux.positionMicros());
    return wanted(statedDuration())
        .filter(expected -> isEarly(reached, expected))
        .map(expected ->
            "it should last " + seconds(expected) + ", and " + seconds(reached) + " are there");
  }

  /** Of the tracks that are used. */
  private Optional<Duration> statedDuration() {
    List<Track> used =
        input.info().tracks().stream().filter(t -> continuous.contains(t.index())).toList();
    List<Duration> stated = used.stream().flatMap(t -> t.stream().duration().stream()).toList();
    if (stated.size() == used.size()) {
      return stated.stream().max(Comparator.naturalOrder());
    }
    int all = input.info().video().size() + input.info().audio().size();
    return used.size() == all ? input.info().duration() : Optional.empty();
  }

  /** Tracks seldom end together, and the last picture may stand for a while. */
  private static boolean isEarly(Duration reached, Duration expected) {
    Duration missing = expected.minus(reached);
    return missing.compareTo(Duration.ofSeconds(2)) > 0
        && missing.compareTo(expected.dividedBy(20)) > 0;
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
  }

  Run run() {
    return run;
  }

  MuxStage mux() {
    return mux;
  }

  long videoFrames() {
    long frames = 0;
    for (Account account : accounts) {
      frames += account.kind.equals("video") ? account.encoded.get() : 0;
    }
    return frames;
  }

  Optional<Duration> expectedDuration() {
    return wanted(input.info().duration());
  }

  private Optional<Duration> wanted(Optional<Duration> whole) {
    Duration start = plan.input().start().orElse(Duration.ZERO);
    Optional<Duration> rest = whole.map(total -> total.minus(start));
    return plan.input()
        .duration()
        .map(wanted -> rest.filter(r -> r.compareTo(wanted) < 0).orElse(wanted))
        .or(() -> rest);
  }

  List<Report.TrackResult> results() {
    return accounts.stream().map(Account::result).toList();
  }

  Optional<Duration> firstPacket() {
    long nanos = firstPacket.get();
    return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(nanos));
  }

  Map<String, Duration> stageTimes() {
    Map<String, Duration> times = new TreeMap<>();
    run.stageNanos().forEach((stage, nanos) -> times.put(stage, Duration.ofNanos(nanos)));
    return times;
  }

  /** Only --fps may change the number of frames. */
  private long lostInFilters(Account account) {
    boolean changesRate =
        plan.tracks().stream()
            .anyMatch(track ->
                track instanceof EncodeVideo video
                    && video.source() == account.source
                    && video.filters().stream().anyMatch(f -> f.name().equals("fps")));
    return account.kind.equals("video") && !changesRate
        ? account.decoded.get() - account.trimmed.get() - account.encoded.get()
        : 0;
  }

  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (Account account : accounts) {
      if (account.damaged.get() > 0) {
        warnings.add(
            name(account.source)
                + ": "
                + account.damaged
                + (account.decoded.get() > 0
                    ? " damaged places were decoded past; the picture or sound there may be wrong"
                    : " damaged packets were copied as they are"));
      }
      if (account.retimed.get() > 0) {
        warnings.add(
            name(account.source)
                + ": "
                + account.retimed
                + " times were equal or fell and were moved by the smallest step");
      }
      if (account.reshaped.get() > 0) {
        warnings.add(
            name(account.source)
                + ": its size, aspect or format changed "
                + account.reshaped
                + " times on the way; what came later is fitted into the first size");
      }
      if (lostInFilters(account) != 0) {
        warnings.add(
            name(account.source)
                + ": "
                + lostInFilters(account)
                + " frames were lost between decoder and encoder; please report it");
      }
      if (account.packetsOut.get() == 0) {
        warnings.add(name(account.source) + ": had nothing in it");
      }
    }
    if (demux != null && demux.unreadable() > 0) {
      warnings.add(
          plan.input().source() + ": " + demux.unreadable() + " places in it could not be read");
    }
    early().ifPresent(early -> warnings.add(plan.input().source() + ": is cut off; " + early));
    if (demuxer.mayEndUnnoticed()) {
      warnings.add(
          plan.input().source()
              + ": the server did not say how long it is, so whether all of it came is unknown");
    }
    if (timeline.jumps() > 0) {
      warnings.add(
          plan.input().source() + ": " + timeline.jumps() + " jumps in its timestamps were closed");
    }
    return warnings;
  }
}
