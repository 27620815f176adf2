package dev.penstock.av;

import dev.penstock.model.Plan;
import dev.penstock.model.Rational;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import org.bytedeco.ffmpeg.avcodec.AVBSFContext;
import org.bytedeco.ffmpeg.avcodec.AVPacket;
import org.bytedeco.ffmpeg.avformat.AVFormatContext;
import org.bytedeco.ffmpeg.avformat.AVIOContext;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avformat;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/**
 * One track as fragmented MP4, in memory: an initialization segment, then one {@code moof} and
 * {@code mdat} for each stretch between two {@linkplain #cut cuts}. The caller decides what becomes
 * of the bytes.
 *
 * <p><b>Times.</b> A packet is presented at exactly the time it has. Decoding times of B-frames and
 * the priming of audio lie before that; an edit list of one entry, which ISO/IEC 23000-19 7.5.13
 * allows, says how far. Negative composition offsets would avoid the list, but FFmpeg's own demuxer
 * presents such tracks late by the reordering delay. A track that begins after zero says so in its
 * first {@code tfdt} instead of an empty edit, which browsers do not play.
 *
 * <p><b>Durations.</b> libav takes each fragment to begin where the durations before it add up to.
 * So every packet is held back until the next one tells how long it really lasts.
 */
public final class CmafWriter extends Handle {
  private static final String FLAGS =
      "frag_custom+delay_moov+default_base_moof+skip_sidx+skip_trailer";

  /** Little-endian {@code hvc1}: parameter sets in the sample entry only, as Apple insists. */
  private static final int HVC1 = '1' << 24 | 'c' << 16 | 'v' << 8 | 'h';

  private final AVFormatContext context;
  private final Rational given;
  private final Target target;
  private final LogScope log;
  private final LogRouter.Claim claim;
  private @Nullable AVBSFContext adtsFilter;
  private @Nullable Packet held;
  private long lastDuration;
  private boolean cutAfterHeld;
  private boolean headerWritten;
  private boolean initSent;
  private boolean finished;

  /** Who gets the bytes, on the writer's thread. */
  public interface Target {
    /** {@code ftyp} and {@code moov}; comes first, once. */
    void init(byte[] bytes);

    /** One {@code moof} and {@code mdat}. */
    void fragment(byte[] bytes);
  }

  private CmafWriter(AVFormatContext context, Rational given, Target target, LogScope log) {
    super("fragmented MP4");
    this.context = context;
    this.given = given;
    this.target = target;
    this.log = log;
    this.claim = LogRouter.claim(context, log);
  }

  /**
   * Sets up a writer. Nothing reaches {@code target} before the first fragment is complete: the
   * boxes of some codecs are made from their first packets.
   *
   * @param parameters the track; the caller goes on owning it
   * @param labels tags and dispositions of the track
   */
  public static CmafWriter create(
      TrackParameters parameters, Plan.Labels labels, Target target, LogScope parent) {
    Natives.load();
    LogScope log = parent.child();
    AVFormatContext context = new AVFormatContext(null);
    try (var _ = log.bind()) {
      int code = avformat.avformat_alloc_output_context2(context, null, "mp4", (String) null);
      AvException.check(code, "set up", "fragmented MP4", log);
    }
    CmafWriter writer = new CmafWriter(context, parameters.timeBase(), target, log);
    try {
      writer.add(parameters, labels);
      return writer;
    } catch (RuntimeException e) {
      writer.close();
      throw e;
    }
  }

  private void add(TrackParameters parameters, Plan.Labels labels) {
    // Random identifiers and dates would make two runs of the same job differ.
    context.flags(context.flags() | AVFormatContext.AVFMT_FLAG_BITEXACT);
    context.avoid_negative_ts(AVFormatContext.AVFMT_AVOID_NEG_TS_DISABLED);
    AVStream stream =
        AvException.requireAllocated(avformat.avformat_new_stream(context, null), "track");
    stream.metadata(Options.dictionary(labels.tags()));
    int disposition = 0;
    for (String name : labels.dispositions()) {
      disposition |= Math.max(0, avformat.av_disposition_from_string(name));
    }
    stream.disposition(disposition);
    parameters.applyTo(stream);
    boolean hevc = stream.codecpar().codec_id() == avcodec.AV_CODEC_ID_HEVC;
    stream.codecpar().codec_tag(hevc ? HVC1 : 0);
    openBuffer();
  }

  /** Ends the fragment before the packet that is written next. Nothing to end is no error. */
  public void cut() {
    requireWritable();
    cutAfterHeld = held != null;
  }

  /**
   * Writes a packet, in decoding order. The packet is empty afterwards.
   *
   * @param packet with decoding and presentation time, in the track parameters' time base
   */
  public void write(Packet packet) {
    requireWritable();
    if (packet.dts() == Timestamp.NONE || packet.pts() == Timestamp.NONE) {
      throw new IllegalArgumentException("a packet without times");
    }
    if (!headerWritten) {
      if (isAdts(packet)) {
        openAdtsFilter();
      }
      writeHeader(packet);
    }
    packet.rescale(given, timeBase());
    pass(packet.dts());
    if (cutAfterHeld) {
      flush();
    }
    held = packet.move();
  }

  /** Ends the last fragment. */
  public void finish() {
    requireWritable();
    finished = true;
    Packet last = held;
    if (last == null) {
      return;
    }
    long duration = last.duration() > 0 ? last.duration() : Math.max(1, lastDuration);
    pass(last.dts() + duration);
    flush();
    try (var _ = log.bind()) {
      check(avformat.av_write_trailer(context), "finish");
    }
  }

  /** Unit of the times in the file. Known once a packet was written. */
  public Rational timeBase() {
    requireOpen();
    AVRational base = context.streams(0).time_base();
    return new Rational(base.num(), base.den());
  }

  /**
   * AAC as MPEG-TS holds it, each frame with a header that MP4 does not have (ISO/IEC 13818-7 6.2).
   */
  private boolean isAdts(Packet packet) {
    AVPacket data = packet.nativePacket();
    return context.streams(0).codecpar().codec_id() == avcodec.AV_CODEC_ID_AAC
        && packet.size() > 2
        && (data.data().get(0) & 0xff) == 0xff
        && (data.data().get(1) & 0xf0) == 0xf0;
  }

  /** libav's MP4 muxer takes the headers off by itself, but not when it writes fragments. */
  private void openAdtsFilter() {
    AVBSFContext filter = new AVBSFContext(null);
    check(avcodec.av_bsf_alloc(avcodec.av_bsf_get_by_name("aac_adtstoasc"), filter), "set up");
    adtsFilter = filter;
    check(
        avcodec.avcodec_parameters_copy(filter.par_in(), context.streams(0).codecpar()), "set up");
    check(avcodec.av_bsf_init(filter), "set up");
  }

  private void check(int code, String operation) {
    AvException.check(code, operation, name(), log);
  }

  private void writeHeader(Packet first) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    boolean late = first.pts() > 0;
    options.put("movflags", late ? FLAGS + "+frag_discont" : FLAGS);
    options.put("use_editlist", "1");
    options.put("video_track_timescale", Integer.toString(given.den()));
    options.put("write_tmcd", "0");
    AVDictionary dictionary = Options.dictionary(options);
    try (var _ = log.bind()) {
      check(avformat.avformat_write_header(context, dictionary), "write the header of");
      Map<String, String> unknown = new HashMap<>(Options.map(dictionary));
      if (!unknown.isEmpty()) {
        throw new AvException(
            avutil.AVERROR_OPTION_NOT_FOUND, "set " + unknown + " on", name(), "");
      }
      headerWritten = true;
    } finally {
      Options.free(dictionary);
    }
  }

  /** Gives libav the packet held back, which lasts until {@code end}. */
  private void pass(long end) {
    Packet packet = held;
    if (packet == null) {
      return;
    }
    held = null;
    try (packet;
        var _ = log.bind()) {
      lastDuration = end - packet.dts();
      packet.setTimes(packet.pts(), packet.dts(), lastDuration);
      packet.setTrack(0);
      if (adtsFilter != null) {
        check(avcodec.av_bsf_send_packet(adtsFilter, packet.nativePacket()), "write to");
        check(avcodec.av_bsf_receive_packet(adtsFilter, packet.nativePacket()), "write to");
      }
      check(avformat.av_write_frame(context, packet.nativePacket()), "write to");
    }
  }

  private void flush() {
    cutAfterHeld = false;
    if (!initSent) {
      initSent = true;
      target.init(flushed());
    }
    target.fragment(flushed());
  }

  /** What one flush gives: the first one the {@code moov} alone, the others a fragment. */
  private byte[] flushed() {
    try (var _ = log.bind()) {
      check(avformat.av_write_frame(context, (AVPacket) null), "write to");
    }
    byte[] bytes = takeBuffer();
    openBuffer();
    return bytes;
  }

  private void openBuffer() {
    AVIOContext io = new AVIOContext(null);
    AvException.check(avformat.avio_open_dyn_buf(io), "allocate", "a fragment", log);
    context.pb(io);
  }

  private byte[] takeBuffer() {
    AVIOContext io = context.pb();
    if (io == null) {
      return new byte[0];
    }
    context.pb(null);
    BytePointer data = new BytePointer((BytePointer) null);
    int size = avformat.avio_close_dyn_buf(io, data);
    byte[] bytes = new byte[Math.max(0, size)];
    if (!data.isNull()) {
      data.get(bytes);
      avutil.av_free(data);
    }
    return bytes;
  }

  private void requireWritable() {
    requireOpen();
    if (finished) {
      throw new IllegalStateException(name() + " is finished");
    }
  }

  @Override
  void release() {
    if (held != null) {
      held.close();
    }
    if (adtsFilter != null) {
      avcodec.av_bsf_free(adtsFilter);
    }
    byte[] _ = takeBuffer();
    avformat.avformat_free_context(context);
    claim.close();
  }
}
