package dev.penstock.av;

import dev.penstock.model.MediaInfo;
import dev.penstock.model.Rational;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIndexEntry;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * An open input and the packets in it. Packets that were {@linkplain #peek peeked} are read again,
 * so an input that cannot seek, such as a pipe, can be probed and then transcoded.
 */
public final class Demuxer extends Handle {
  private static final int EIO = -5;
  private static final int EACCES = -13;
  private static final int ESPIPE = -29;
  private static final String TOO_MANY_TRACKS = "Number of streams exceeds max_streams";
  private static final long RETRY_NANOS = 5_000_000;

  private final AVFormatContext context;
  private final NestedOpens guard;
  private final LogRouter.Claim claim;
  private final Location location;
  private final Interrupt interrupt;
  private final LogScope log;
  private final ArrayDeque<Packet> peeked = new ArrayDeque<>();
  private final AtomicBoolean tooManyTracks;
  private Optional<Pipe> pipe = Optional.empty();
  private boolean ended;

  /** By track, where its parameter sets have changed on the way: those that hold now. */
  private final Map<Integer, byte[]> parameters = new HashMap<>();

  /** Tracks of which whoever reads on may not know {@link #parameters}. */
  private final Set<Integer> untold = new HashSet<>();

  private Demuxer(
      AVFormatContext context,
      Location location,
      Interrupt interrupt,
      LogScope log,
      AtomicBoolean tooManyTracks) {
    super("input " + location.given());
    this.context = context;
    this.location = location;
    this.guard = NestedOpens.guard(context, location, interrupt, log);
    this.claim = LogRouter.claim(context, log);
    this.interrupt = interrupt;
    this.log = log;
    this.tooManyTracks = tooManyTracks;
  }

  /** Opens the input and finds its tracks. */
  public static Demuxer open(Location location, Interrupt interrupt, LogScope parent) {
    Natives.load();
    AtomicBoolean tooManyTracks = new AtomicBoolean();
    LogScope log =
        parent.child(line -> tooManyTracks.compareAndSet(false, line.contains(TOO_MANY_TRACKS)));
    AVFormatContext context =
        AvException.requireAllocated(avformat.avformat_alloc_context(), location.given());
    Demuxer demuxer = new Demuxer(context, location, interrupt, log, tooManyTracks);
    try (var _ = log.bind()) {
      demuxer.openInput();
      demuxer.findTracks();
      return demuxer;
    } catch (RuntimeException e) {
      demuxer.close();
      throw e;
    }
  }

  private void openInput() {
    interrupt.attachTo(context.interrupt_callback());
    interrupt.restart();
    pipe = Pipe.at(location, interrupt);
    pipe.ifPresent(p -> context.pb(p.io()));
    AVDictionary options = Options.dictionary(openOptions());
    try {
      // On failure libav frees the context and clears our pointer to it.
      int code = avformat.avformat_open_input(context, location.url(), null, options);
      guard.check("open");
      checkFormat(code);
      AvException.check(code, "open", location.given(), log);
    } finally {
      Options.free(options);
    }
  }

  /** Where libav's codes and words would mislead. */
  private void checkFormat(int code) {
    String reason = log.lastLine();
    if (code == avutil.AVERROR_ENOMEM() && tooManyTracks.get()) {
      throw new AvException(avutil.AVERROR_INVALIDDATA, "open", location.given(), TOO_MANY_TRACKS);
    }
    if (code == avutil.AVERROR_EINVAL() && reason.contains("Format not on whitelist")) {
      throw new AvException(avutil.AVERROR_INVALIDDATA, "open", location.given(), "");
    }
  }

  private Map<String, String> openOptions() {
    Map<String, String> options = new HashMap<>(location.options());
    options.put("protocol_whitelist", location.protocols());
    options.put(
        "format_whitelist", location.file().map(this::allowedFormats).orElse(Formats.GUARDED));
    // A percent sign in a name is a percent sign, not the number of a picture.
    options.putIfAbsent("pattern_type", "none");
    if (location.isNetwork()) {
      options.putIfAbsent("rw_timeout", Long.toString(interrupt.timeout().toNanos() / 1000));
    }
    return options;
  }

  private String allowedFormats(Path file) {
    Optional<ConcatScript> script = ConcatScript.in(file);
    if (script.isEmpty()) {
      return Formats.GUARDED;
    }
    script
        .flatMap(s -> location.folder().flatMap(s::firstForbidden))
        .ifPresent(name -> {
          throw new AvException(EACCES, "open", location.given(), Location.refusal(name));
        });
    return Formats.CONCAT;
  }

  private void findTracks() {
    interrupt.restart();
    int code = avformat.avformat_find_stream_info(context, (AVDictionary) null);
    guard.check("find the tracks of");
    guard.tracksFound();
    AvException.check(code, "find the tracks of", location.given(), log);
  }

  /** The facts of the container and its tracks, as far as it and libav's own probing tell. */
  public MediaInfo info() {
    requireOpen();
    return new ContainerReader(context, location, isSeekable()).read();
  }

  /** The location as the user gave it. */
  public String source() {
    return location.given();
  }

  public int trackCount() {
    requireOpen();
    return context.nb_streams();
  }

  public Rational timeBase(int track) {
    AVRational base = stream(track).time_base();
    return new Rational(base.num(), base.den());
  }

  /** Whether the container states its duration, rather than libav guessing it from a bit rate. */
  public boolean knowsDuration() {
    requireOpen();
    return context.duration_estimation_method() != avformat.AVFMT_DURATION_FROM_BITRATE;
  }

  /** Whether a lost connection would look like the end: the server has not said how much it has. */
  public boolean mayEndUnnoticed() {
    requireOpen();
    return location.isHttp() && context.pb() != null && avformat.avio_size(context.pb()) <= 0;
  }

  /** The time at which the file begins to show or sound, in microseconds; 0 when unknown. */
  public long startMicros() {
    requireOpen();
    return StartTime.micros(context);
  }

  /** Whether timestamps may jump in the middle, as in MPEG-TS. */
  public boolean mayJump() {
    requireOpen();
    return (context.iformat().flags() & avformat.AVFMT_TS_DISCONT) != 0;
  }

  /** Whether packets say when they are shown, as all do of such a track whose first one does. */
  boolean tellsPresentation() {
    requireOpen();
    String format = context.iformat().name().getString();
    return format.startsWith("mov,") || format.startsWith("matroska,");
  }

  public boolean isSeekable() {
    requireOpen();
    return context.pb() == null || (context.pb().seekable() & avformat.AVIO_SEEKABLE_NORMAL) != 0;
  }

  /**
   * Fills {@code packet} with the next one.
   *
   * @return whether there was one; false at the end
   */
  public boolean read(Packet packet) {
    requireOpen();
    packet.clear();
    Packet waiting = peeked.poll();
    if (waiting != null) {
      avcodec.av_packet_move_ref(packet.nativePacket(), waiting.nativePacket());
      waiting.close();
      return true;
    }
    return readNew(packet);
  }

  /**
   * Reads ahead one packet, which {@link #read} will give again.
   *
   * @return a reference the caller closes, or empty at the end
   */
  public Optional<Packet> peek() {
    requireOpen();
    Packet packet = Packet.create();
    try {
      if (!readNew(packet)) {
        packet.close();
        return Optional.empty();
      }
      peeked.add(packet);
      return Optional.of(packet.share());
    } catch (RuntimeException e) {
      if (!peeked.contains(packet)) {
        packet.close();
      }
      throw e;
    }
  }

  private boolean readNew(Packet packet) {
    if (ended) {
      return false;
    }
    interrupt.restart();
    Flow flow = readFrame(packet);
    while (flow == Flow.AGAIN && !interrupt.shouldStop()) {
      LockSupport.parkNanos(RETRY_NANOS);
      flow = readFrame(packet);
    }
    if (flow == Flow.AGAIN) {
      throw new AvException(avutil.AVERROR_EXIT, "read", location.given(), log.lastLine());
    }
    if (flow == Flow.OK) {
      tellParameters(packet);
    }
    ended = flow == Flow.END && !hidesError();
    if (flow == Flow.END && hidesError()) {
      throw new AvException(context.pb().error(), "read", location.given(), log.lastLine());
    }
    return flow == Flow.OK;
  }

  /**
   * libav says once that parameter sets have changed, with the first packet that it reads of them,
   * and not again to whoever begins to decode behind a seek.
   */
  private void tellParameters(Packet packet) {
    byte[] told = packet.newParameters();
    if (told != null) {
      parameters.put(packet.track(), told);
      untold.remove(packet.track());
    } else if (untold.remove(packet.track())) {
      packet.setNewParameters(Objects.requireNonNull(parameters.get(packet.track())));
    }
  }

  private Flow readFrame(Packet packet) {
    try (var _ = log.bind()) {
      int code = avformat.av_read_frame(context, packet.nativePacket());
      guard.check("read");
      if (code == EIO && mayEndUnnoticed()) {
        return Flow.END;
      }
      return AvException.flow(code, "read", location.given(), log);
    }
  }

  /**
   * Some demuxers answer "end" when the I/O below them failed. And libav takes every end for a
   * failure when a server has not said how much it sends.
   */
  private boolean hidesError() {
    return context.pb() != null
        && context.pb().error() < 0
        && context.pb().error() != avutil.AVERROR_EOF
        && !(context.pb().error() == EIO && mayEndUnnoticed());
  }

  /**
   * Goes to the last point at or before {@code position} where decoding can begin, and forgets what
   * was peeked. The first packet of a track that comes then can be decoded by a decoder that was
   * just opened, also where its parameter sets are not the first of the track.
   */
  public void seek(Duration position) {
    requireOpen();
    if (!isSeekable()) {
      // libav would try, fail, and go on from somewhere else.
      throw new AvException(ESPIPE, "seek in", location.given(), "");
    }
    interrupt.restart();
    long target = startMicros() + position.toNanos() / 1000;
    try (var _ = log.bind()) {
      int code = avformat.avformat_seek_file(context, -1, Long.MIN_VALUE, target, target, 0);
      AvException.check(code, "seek in", location.given(), log);
    }
    dropPeeked();
    untold.addAll(parameters.keySet());
    ended = false;
  }

  /** Tells libav not to read a track. Packets it has read ahead may still come. */
  public void skip(int track) {
    stream(track).discard(avcodec.AVDISCARD_ALL);
  }

  /** Takes {@link #skip} back. */
  public void keep(int track) {
    stream(track).discard(avcodec.AVDISCARD_DEFAULT);
  }

  /**
   * Decoding times the container's index lists, without reading the file; empty when it has no
   * index. At most {@code limit}.
   */
  public long[] indexedTimes(int track, int limit) {
    AVStream stream = stream(track);
    int count = Math.min(limit, avformat.avformat_index_get_entries_count(stream));
    long[] times = new long[Math.max(0, count)];
    for (int i = 0; i < times.length; i++) {
      AVIndexEntry entry = avformat.avformat_index_get_entry(stream, i);
      times[i] = entry.timestamp();
    }
    return times;
  }

  AVStream stream(int track) {
    requireOpen();
    return context.streams(Objects.checkIndex(track, context.nb_streams()));
  }

  AVFormatContext nativeContext() {
    requireOpen();
    return context;
  }

  /** Makes the calling thread's unclaimed log lines this input's. */
  public LogScope.Binding bindLog() {
    return log.bind();
  }

  LogScope log() {
    return log;
  }

  private void dropPeeked() {
    peeked.forEach(Packet::close);
    peeked.clear();
  }

  @Override
  void release() {
    dropPeeked();
    avformat.avformat_close_input(context);
    pipe.ifPresent(Pipe::close);
    claim.close();
    guard.close();
  }
}
