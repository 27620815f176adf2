package dev.penstock.av;

import dev.penstock.model.Chapter;
import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVChapter;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVOutputFormat;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** Writes packets into a container file: tracks first, then the header, packets, and the end. */
public final class Muxer extends Handle {
  private static final int POINTER_BYTES = 8;
  private static final Rational MILLISECONDS = new Rational(1, 1000);

  private final AVFormatContext context;
  private final Path path;
  private final LogScope log;
  private final LogRouter.Claim claim;
  private State state = State.TRACKS;

  /** libav does not check the order of calls; it crashes. */
  private enum State {
    TRACKS,
    PACKETS,
    FINISHED
  }

  private Muxer(AVFormatContext context, Path path, LogScope log) {
    super("output " + path.getFileName());
    this.context = context;
    this.path = path;
    this.log = log;
    this.claim = LogRouter.claim(context, log);
  }

  /** As {@link #create(Path, String, Interrupt, LogScope)}, never ended early. */
  public static Muxer create(Path path, String format, LogScope parent) {
    try (Interrupt never = Interrupt.of(() -> false)) {
      return create(path, format, never, parent);
    }
  }

  /**
   * Creates the file, replacing what is there.
   *
   * @param format libav's muxer name
   * @param interrupt ends writing, which may take a while: the index of an MP4 file goes to its
   *     front in the end
   */
  public static Muxer create(Path path, String format, Interrupt interrupt, LogScope parent) {
    Natives.load();
    LogScope log = parent.child();
    AVFormatContext context = new AVFormatContext(null);
    try (var _ = log.bind()) {
      int code = avformat.avformat_alloc_output_context2(context, null, format, "file:" + path);
      AvException.check(code, "set up the " + format + " format for", path.toString(), log);
    }
    Muxer muxer = new Muxer(context, path, log);
    try (var _ = muxer.log.bind()) {
      muxer.openFile(interrupt);
      return muxer;
    } catch (RuntimeException e) {
      muxer.close();
      throw e;
    }
  }

  private void openFile(Interrupt interrupt) {
    interrupt.attachTo(context.interrupt_callback());
    // Random identifiers would make two runs of the same job differ.
    context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    if ((context.oformat().flags() & avformat.AVFMT_NOFILE) != 0) {
      return;
    }
    AVIOContext io = new AVIOContext(null);
    int code =
        avformat.avio_open2(
            io,
            "file:" + path,
            avformat.AVIO_FLAG_WRITE,
            context.interrupt_callback(),
            (AVDictionary) null);
    AvException.check(code, "create", path.toString(), log);
    context.pb(io);
  }

  /** Whether encoders must put their parameter sets into the container. */
  public boolean wantsGlobalHeader() {
    requireOpen();
    return wantsGlobalHeader(context.oformat());
  }

  /** The same of a format, by libav's muxer name. */
  public static boolean wantsGlobalHeader(String format) {
    return wantsGlobalHeader(known(format));
  }

  private static boolean wantsGlobalHeader(AVOutputFormat format) {
    return (format.flags() & avformat.AVFMT_GLOBALHEADER) != 0;
  }

  /** Whether the container holds files beside its tracks. */
  public boolean holdsAttachments() {
    requireOpen();
    return holdsAttachments(context.oformat());
  }

  /** The same of a format, by libav's muxer name. */
  public static boolean holdsAttachments(String format) {
    return holdsAttachments(known(format));
  }

  private static boolean holdsAttachments(AVOutputFormat format) {
    return format.name().getString().equals("matroska");
  }

  private static AVOutputFormat known(String format) {
    Natives.load();
    AVOutputFormat known = avformat.av_guess_format(format, (String) null, (String) null);
    if (known == null) {
      throw new AvException(avutil.AVERROR_MUXER_NOT_FOUND, "find", "format " + format, "");
    }
    return known;
  }

  /**
   * Adds a track. All tracks come before the header.
   *
   * @param codecTag four characters, or empty for the container's own choice
   * @return its index
   */
  public int add(TrackParameters parameters, String codecTag, Plan.Labels labels) {
    AVStream stream = newStream(labels);
    parameters.applyTo(stream);
    AVCodecParameters codec = stream.codecpar();
    codec.codec_tag(codecTag.isEmpty() ? ownTag(codec) : tag(codecTag));
    return stream.index();
  }

  /**
   * The source's tag where this container knows it for this codec, else 0: libav then picks one.
   */
  private int ownTag(AVCodecParameters codec) {
    var tags = context.oformat().codec_tag();
    if (tags == null || avformat.av_codec_get_id(tags, codec.codec_tag()) == codec.codec_id()) {
      return codec.codec_tag();
    }
    return 0;
  }

  private AVStream newStream(Plan.Labels labels) {
    require(State.TRACKS);
    AVStream stream =
        AvException.requireAllocated(avformat.avformat_new_stream(context, null), "track");
    stream.metadata(Options.dictionary(labels.tags()));
    int disposition = 0;
    for (String name : labels.dispositions()) {
      disposition |= Math.max(0, avformat.av_disposition_from_string(name));
    }
    stream.disposition(disposition);
    return stream;
  }

  public void setTags(Map<String, String> tags) {
    require(State.TRACKS);
    Options.free(context.metadata());
    context.metadata(Options.dictionary(tags));
  }

  /** Sets the chapters. Once, before the header. */
  public void setChapters(List<Chapter> chapters) {
    require(State.TRACKS);
    if (context.nb_chapters() > 0) {
      throw new IllegalStateException(name() + " has chapters already");
    }
    if (chapters.isEmpty()) {
      return;
    }
    // The context owns the array from here on, and frees the chapters counted so far.
    PointerPointer<AVChapter> array =
        new PointerPointer<>(
            AvException.requireAllocated(
                avutil.av_calloc(chapters.size(), POINTER_BYTES), "chapters"));
    context.chapters(array);
    for (Chapter chapter : chapters) {
      int index = context.nb_chapters();
      array.put(index, chapter(index, chapter));
      context.nb_chapters(index + 1);
    }
  }

  private static AVChapter chapter(int index, Chapter chapter) {
    AVChapter target =
        new AVChapter(
            AvException.requireAllocated(
                avutil.av_mallocz(Pointer.sizeof(AVChapter.class)), "chapter"));
    target.id(index);
    target.time_base().num(MILLISECONDS.num()).den(MILLISECONDS.den());
    target.start(chapter.start().toMillis()).end(chapter.end().toMillis());
    // Even an empty one: libav's MP4 muxer mixes up chapters when some have no title.
    target.metadata(Options.dictionary(Map.of("title", chapter.title())));
    return target;
  }

  /** Writes the header. Unknown options are an error. */
  public void writeHeader(SequencedMap<String, String> options) {
    require(State.TRACKS);
    AVDictionary dictionary = Options.dictionary(options);
    try (var _ = log.bind()) {
      AvException.check(
          avformat.avformat_write_header(context, dictionary),
          "write the header of",
          target(),
          log);
      state = State.PACKETS;
      Map<String, String> unknown = new HashMap<>(Options.map(dictionary));
      if (!unknown.isEmpty()) {
        throw new AvException(
            avutil.AVERROR_OPTION_NOT_FOUND, "set " + unknown + " on", target(), "");
      }
    } finally {
      Options.free(dictionary);
    }
  }

  /** Unit of a track's timestamps; known once the header is written. */
  public Rational timeBase(int track) {
    AVRational base = stream(track).time_base();
    return new Rational(base.num(), base.den());
  }

  /** Writes a packet, whose times are in {@link #timeBase}. The packet is empty afterwards. */
  public void write(Packet packet) {
    require(State.PACKETS);
    try (var _ = log.bind()) {
      int code = avformat.av_interleaved_write_frame(context, packet.nativePacket());
      AvException.check(code, "write to", target(), log);
      checkFile();
    }
  }

  /** Writes what is pending and the trailer, and closes the file. */
  public void finish() {
    require(State.PACKETS);
    state = State.FINISHED;
    try (var _ = log.bind()) {
      AvException.check(avformat.av_write_trailer(context), "finish", target(), log);
      if (context.pb() != null) {
        avformat.avio_flush(context.pb());
      }
      checkFile();
      AvException.check(closeFile(), "close", target(), log);
    }
  }

  /** libav remembers a failed write, but not every caller of it passes it on. */
  private void checkFile() {
    if (context.pb() != null) {
      AvException.check(context.pb().error(), "write to", target(), log);
    }
  }

  /** Bytes handed to the file so far. */
  public long bytesWritten() {
    requireOpen();
    return context.pb() == null ? 0 : context.pb().bytes_written();
  }

  private String target() {
    return path.toString();
  }

  private AVStream stream(int track) {
    requireOpen();
    return context.streams(Objects.checkIndex(track, context.nb_streams()));
  }

  private void require(State expected) {
    requireOpen();
    if (state != expected) {
      throw new IllegalStateException(name() + " is at its " + state + ", not its " + expected);
    }
  }

  private static int tag(String codecTag) {
    if (codecTag.isEmpty()) {
      return 0;
    }
    int tag = 0;
    for (int i = 3; i >= 0; i--) {
      tag = tag << 8 | codecTag.charAt(i);
    }
    return tag;
  }

  private int closeFile() {
    AVIOContext io = context.pb();
    if (io == null) {
      return 0;
    }
    context.pb(null);
    return avformat.avio_close(io);
  }

  @Override
  void release() {
    closeFile();
    avformat.avformat_free_context(context);
    claim.close();
  }
}
