package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Decoder;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Frame;
import dev.penstock.av.HwDevice;
import dev.penstock.av.LogScope;
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
import dev.penstock.model.Rational;
import dev.penstock.model.Stage;
import dev.penstock.model.Track;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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

  /** What encoders keep of the frames sent: B-frames, look-ahead and what is being coded. */
  private static final int SURFACES = 48;

  private static final int MAX_ENCODED_TRACKS = 100;

  private final Plan plan;
  private final Demuxer demuxer;
  private final Input input;
  private final Piece piece;
  private final Destination destination;
  private final @Nullable GpuSession session;
  private final @Nullable HwDevice device;
  private final Courses courses;
  private final LogScope log;
  private final Run run;
  private final long began = System.nanoTime();
  private final AtomicLong firstPacket = new AtomicLong();
  private final StartingLine line;
  private final Accounts accounts;
  private final Map<Integer, PacketSink> sinks = new HashMap<>();
  private final Set<Integer> continuous = new HashSet<>();
  private final List<AutoCloseable> unstarted = new ArrayList<>();
  private final Link<MuxItem> muxLink;
  private final Destination.Writing writing;
  private final Timeline timeline;
  private final Optional<CopyStart.Mark> copyMark;
  private @Nullable DemuxStage demux;

  /**
   * A pipeline.
   *
   * @param session on the GPU that the plan is for, if any; outlives the stages
   * @param courses told how pictures are coded
   */
  Pipeline(
      Plan plan,
      Piece piece,
      Input input,
      Destination destination,
      @Nullable GpuSession session,
      Cancellation cancellation,
      Courses courses,
      LogScope log) {
    this.session = session;
    this.device = session == null ? null : session.device();
    this.plan = plan;
    this.piece = piece;
    this.input = input;
    this.demuxer = input.demuxer();
    this.destination = destination;
    this.courses = courses;
    this.log = log;
    this.run = new Run(cancellation);
    this.line = new StartingLine(run);
    this.accounts = new Accounts(plan, input.info());
    // Tracks may announce themselves, and attached files end, before anything receives.
    this.muxLink = run.link(MUX_ITEMS + 2 * plan.tracks().size());
    this.writing = destination.stage(plan, muxLink, accounts);
    this.copyMark = copyMark();
    this.timeline = new Timeline(demuxer, plan.input().start().orElse(Duration.ZERO));
  }

  /** Opens decoders and makes the stages; none runs yet. */
  void build() {
    checkSize();
    List<Integer> slots = piece.slots(plan);
    skipUnused(slots);
    seek();
    slots.forEach(slot -> add(slot, plan.tracks().get(slot)));
    addPictures(slots);
    DemuxStage stage =
        new DemuxStage(
            demuxer,
            run,
            timeline,
            sinks,
            continuous,
            accounts.bySource(),
            piece.to(plan).or(() -> plan.input().duration()),
            plan.strict());
    demux = stage;
    run.stage(
        "demux",
        stage,
        e -> Failures.ofReading(plan.input().source(), Stage.DEMUX, e, input.interrupt()));
    run.stage("mux", writing, e -> Failures.ofWriting(destination.path(), e));
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
    Optional<Duration> start = piece.from(plan).or(plan.input()::start).filter(at -> !at.isZero());
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

  /** Sources of the video tracks that are made. */
  private Set<Integer> pictures() {
    return piece.slots(plan).stream()
        .map(plan.tracks()::get)
        .map(TrackPlan::source)
        .filter(source -> input.info().tracks().get(source) instanceof Track.Video)
        .collect(Collectors.toSet());
  }

  private void add(int slot, TrackPlan track) {
    switch (track) {
      case Copy copy -> addCopy(slot, copy);
      case EncodeVideo _ -> {} // with those that are made of the same pictures
      case EncodeAudio audio -> addAudio(slot, audio);
      case ConvertSubtitle subtitle -> addSubtitle(slot, subtitle);
    }
  }

  private void addCopy(int slot, Copy copy) {
    Track source = input.info().tracks().get(copy.source());
    if (source instanceof Track.Attachment) {
      attach(slot, copy, TrackParameters.of(demuxer, copy.source(), log));
      return;
    }
    if (source instanceof Track.Picture && destination.holdsAttachments()) {
      attach(slot, copy, TrackParameters.ofAttachedCover(demuxer, copy.source(), log));
      return;
    }
    CopyStart.Kind kind = kind(source);
    if (kind == CopyStart.Kind.PICTURES || kind == CopyStart.Kind.SOUND) {
      continuous.add(copy.source());
    }
    Account account = accounts.open(slot, "copy", copy.codec());
    addSink(
        copy.source(),
        new CopySink(
            demuxer,
            copy,
            slot,
            muxLink,
            kind,
            copyMark,
            plan.input().duration(),
            adtsChange(copy),
            account,
            log));
  }

  /** MPEG-TS keeps the headers that say what changed. */
  private Optional<AdtsChange> adtsChange(Copy copy) {
    boolean kept =
        plan.outputs().stream()
            .allMatch(output ->
                switch (output) {
                  case Plan.File file -> file.format().equals("mpegts");
                  case Plan.Presentation _, Plan.Poster _, Plan.Thumbnails _ -> false;
                });
    return kept || !copy.codec().equals("aac")
        ? Optional.empty()
        : Optional.of(new AdtsChange(name(copy.source()), demuxer.timeBase(copy.source())));
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
    Account account = accounts.open(slot, "copy", copy.codec());
    account.in.packets.set(1);
    account.packetsOut.set(1);
    account.bytes.set(file.headerSize());
    muxLink.send(new MuxItem.Ready(slot, file));
    muxLink.send(new MuxItem.End(slot));
  }

  /** For each video track that is decoded: one decoder, and a tree of filters and encoders. */
  private void addPictures(List<Integer> slots) {
    Map<Integer, SortedSet<Integer>> bySource = new TreeMap<>();
    for (int slot : slots) {
      OptionalInt next = OptionalInt.of(slot);
      while (next.isPresent() && plan.tracks().get(next.getAsInt()) instanceof EncodeVideo video) {
        bySource.computeIfAbsent(video.source(), _ -> new TreeSet<>()).add(next.getAsInt());
        next = video.after();
      }
    }
    bySource.forEach((source, needed) -> addPictures(source, List.copyOf(needed), slots));
  }

  /**
   * Of one decoding.
   *
   * @param slots tracks that are encoded, or whose filtered pictures others are made of
   */
  private void addPictures(int source, List<Integer> slots, List<Integer> encoded) {
    continuous.add(source);
    Account.Intake intake = accounts.intake(source);
    Decoding decoding = decoding(source, intake, decodingDevice(), receivers(source));
    Link<Packet> packets = run.link(PACKETS);
    // A mark would have to wait for the frames that an encoder holds back.
    addSink(source, new LinkSink(packets, /* marks= */ false));
    Map<Integer, Link<Frame>> inputs = new TreeMap<>();
    slots.forEach(slot -> inputs.put(slot, run.link(FRAMES)));
    run.stage(
        "decode " + source,
        new VideoDecodeStage(
            decoding,
            packets,
            inputsOf(slots, OptionalInt.empty(), inputs),
            intake,
            window(source)),
        e -> Failures.ofProcessing(name(source), Stage.DECODE, e));
    for (int slot : slots) {
      List<Link<Frame>> receivers = new ArrayList<>();
      Account account = encoded.contains(slot) ? encode(slot, receivers) : unaccounted(slot);
      receivers.addAll(linksAfter(slots, OptionalInt.of(slot), inputs));
      filter(slot, Objects.requireNonNull(inputs.get(slot)), receivers, account);
    }
  }

  /** The links to the tracks whose filters begin with the pictures of {@code after}. */
  private List<Link<Frame>> linksAfter(
      List<Integer> slots, OptionalInt after, Map<Integer, Link<Frame>> inputs) {
    return slots.stream()
        .filter(slot -> ((EncodeVideo) plan.tracks().get(slot)).after().equals(after))
        .map(inputs::get)
        .map(Objects::requireNonNull)
        .toList();
  }

  private Tee inputsOf(List<Integer> slots, OptionalInt after, Map<Integer, Link<Frame>> inputs) {
    return new Tee(linksAfter(slots, after, inputs));
  }

  private Window window(int source) {
    return piece
        .ofSegment()
        .map(Window::of)
        .orElseGet(() -> Window.of(plan.input(), demuxer.timeBase(source)));
  }

  private void filter(int slot, Link<Frame> in, List<Link<Frame>> receivers, Account account) {
    EncodeVideo video = (EncodeVideo) plan.tracks().get(slot);
    String track = name(video.source());
    run.stage(
        "filter " + slot,
        new VideoFilterStage(
            video, in, new Tee(receivers), account, inputBase(video), device, kept(slot), log),
        e -> Failures.ofProcessing(track, Stage.FILTER, e));
  }

  /** What is cut has no filters that hold pictures back. */
  private Optional<VideoFilterStage.Kept> kept(int slot) {
    EncodeVideo video = (EncodeVideo) plan.tracks().get(slot);
    // What leaves pictures out counts them.
    boolean counts = video.filters().stream().anyMatch(each -> each.name().equals("framestep"));
    return piece.ofSegment().isPresent() && device != null && !counts
        ? Optional.ofNullable(session).map(own -> new VideoFilterStage.Kept(own, slot))
        : Optional.empty();
  }

  /** Of a track that is filtered for others only. */
  private Account unaccounted(int slot) {
    EncodeVideo video = (EncodeVideo) plan.tracks().get(slot);
    return new Account(accounts.intake(video.source()), "video", video.codec().id());
  }

  private Account encode(int slot, List<Link<Frame>> receivers) {
    EncodeVideo video = (EncodeVideo) plan.tracks().get(slot);
    Account account = accounts.open(slot, "video", video.codec().id());
    account.quantisers.watch(video);
    Optional<Course> course = courses.of(piece, slot);
    Link<Frame> filtered = run.link(FRAMES);
    receivers.add(filtered);
    if (StartingLine.isFor(video.encoder())) {
      line.expect();
    }
    String track = name(video.source());
    run.stage(
        "encode " + slot,
        new VideoEncodeStage(
            video,
            filtered,
            new EncoderOutput(
                slot,
                muxLink,
                packet -> {
                  noteFirstPacket();
                  account.quantisers.feed(packet);
                  course.ifPresent(each -> Courses.feed(each, video, packet));
                }),
            account,
            course,
            destination.wantsGlobalHeader(),
            rotationOf(video),
            line,
            encodingDevice(),
            log),
        e -> Failures.ofProcessing(track, Stage.ENCODE, e));
    return account;
  }

  /** Unit of the times of the frames that a track's filters get. */
  private Rational inputBase(EncodeVideo video) {
    return video.after().isEmpty()
        ? demuxer.timeBase(video.source())
        : ((EncodeVideo) plan.tracks().get(video.after().getAsInt())).timeBase();
  }

  /** Several tracks may be made of one source. */
  private void addSink(int source, PacketSink sink) {
    sinks.merge(source, sink, FanSink::new);
  }

  private Consumer<TrackParameters> rotationOf(EncodeVideo video) {
    return switch (video.rotation()) {
      case NONE -> parameters -> {};
      case CARRIED -> parameters -> parameters.copyRotation(demuxer, video.source());
    };
  }

  private void addAudio(int slot, EncodeAudio audio) {
    continuous.add(audio.source());
    Account account = accounts.openApart(slot, "audio", audio.codec().id());
    Link<Packet> packets = run.link(PACKETS * 4);
    addSink(audio.source(), new LinkSink(packets, /* marks= */ true));
    String track = name(audio.source());
    run.stage(
        "sound " + slot,
        new AudioStage(
            audio,
            decoding(audio.source(), account.in, null, 0),
            packets,
            new EncoderOutput(slot, muxLink, _ -> {}),
            account,
            demuxer.timeBase(audio.source()),
            plan.input().start().isPresent(),
            plan.input().duration(),
            destination.wantsGlobalHeader(),
            log),
        e -> Failures.ofProcessing(track, Stage.ENCODE, e));
  }

  private void addSubtitle(int slot, ConvertSubtitle subtitle) {
    Account account = accounts.open(slot, "subtitle", subtitle.codec());
    try {
      SubtitleConverter converter =
          SubtitleConverter.open(demuxer, subtitle.source(), subtitle.encoder(), log);
      unstarted.add(converter);
      addSink(
          subtitle.source(),
          new SubtitleSink(converter, slot, muxLink, plan.input().duration(), account, log));
    } catch (AvException e) {
      throw new FailureException(
          Failures.ofProcessing(name(subtitle.source()), Stage.ENCODE, e), e);
    }
  }

  /** Tracks of the plan that are made of a source: its decoder may be kept for other pieces. */
  private int receivers(int source) {
    return (int)
        plan.tracks().stream()
            .filter(track -> track instanceof EncodeVideo && track.source() == source)
            .count();
  }

  private @Nullable HwDevice encodingDevice() {
    return plan.acceleration().flatMap(Plan.Acceleration::encoding).isPresent() ? device : null;
  }

  private @Nullable HwDevice decodingDevice() {
    boolean decodes = plan.acceleration().filter(Plan.Acceleration::decoding).isPresent();
    return decodes ? device : null;
  }

  /**
   * A decoder.
   *
   * @param on the GPU that decodes; null for the processor
   * @param receivers how many take its frames
   */
  private Decoding decoding(
      int source, Account.Intake account, @Nullable HwDevice on, int receivers) {
    String subject = name(source);
    try {
      Decoder decoder =
          on == null
              ? Decoder.open(demuxer, source, 0, log)
              : Objects.requireNonNull(session)
                  .decoder(source, () -> Decoder.open(demuxer, source, on, held(receivers), log));
      Decoding decoding = new Decoding(decoder, on == null, account, plan.strict(), subject);
      unstarted.add(decoding);
      return decoding;
    } catch (AvException e) {
      throw new FailureException(Failures.ofProcessing(subject, Stage.DECODE, e), e);
    }
  }

  /** Frames of a decoder's pool that links, filters and encoders hold beside it. */
  private static int held(int receivers) {
    return SURFACES + receivers * (2 * FRAMES + 1);
  }

  private String name(int source) {
    return plan.input().source() + ", track " + source;
  }

  private void skipUnused(List<Integer> slots) {
    Set<Integer> used = new HashSet<>();
    slots.forEach(slot -> used.add(plan.tracks().get(slot).source()));
    for (int track = 0; track < demuxer.trackCount(); track++) {
      if (used.contains(track)) {
        demuxer.keep(track); // a piece before may have skipped it
      } else {
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
    Duration reached = Timestamp.MICROSECONDS.toDuration(writing.positionMicros());
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

  Destination.Writing writing() {
    return writing;
  }

  Accounts accounts() {
    return accounts;
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

  /** By the clock of {@link System#nanoTime}. */
  long began() {
    return began;
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

  List<String> warnings() {
    List<String> warnings = new ArrayList<>(accounts.warnings());
    warnings.addAll(inputWarnings());
    return warnings;
  }

  /** What is wrong with the input as a whole. */
  List<String> inputWarnings() {
    List<String> warnings = new ArrayList<>();
    if (piece.ofSegment().isPresent()) {
      return warnings; // who reads all of it says so
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
