package dev.penstock.av;

import dev.penstock.model.Rational;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avformat.AVStream;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.jspecify.annotations.Nullable;

/** Turns the packets of one track into frames, in memory or on a device. */
public final class Decoder extends Handle {
  /** Larger pictures are refused by libav before it allocates anything: 16384 x 16384. */
  private static final long MAX_PIXELS = 1L << 28;

  private final AVCodecContext context;
  private final LogScope log;
  private final LogRouter.Claim claim;
  private @Nullable DeviceDecoding onDevice;
  private @Nullable Rejoining places;
  private byte[] header = {};
  private boolean asOpened = true;
  private boolean mayDecodeAhead;
  private boolean leaving;

  private Decoder(AVCodecContext context, String name, LogScope log) {
    super(name);
    this.context = context;
    this.log = log;
    this.claim = LogRouter.claimCodec(context, log);
  }

  /**
   * Opens libav's decoder for a track.
   *
   * @param threads 0 lets libav choose; the frames are the same, unless the stream is damaged
   */
  public static Decoder open(Demuxer input, int track, int threads, LogScope parent) {
    AVStream stream = input.stream(track);
    return open(
        stream.codecpar(), stream.time_base(), "decoder of track " + track, threads, parent);
  }

  /** The same for packets that come from elsewhere. */
  public static Decoder open(TrackParameters track, int threads, LogScope parent) {
    try (AVRational base = new AVRational()) {
      base.num(track.timeBase().num()).den(track.timeBase().den());
      return open(track.nativeParameters(), base, "decoder", threads, parent);
    }
  }

  /**
   * Opens a decoder that runs on a device: its frames lie there, all of them. What the device does
   * not take is not decoded elsewhere: then {@link #send} or {@link #receive} throws, as {@link
   * AvException.Kind#UNSUPPORTED} if it never will.
   *
   * @param extraFrames how many frames may be held at once, in queues, by filters and encoders,
   *     that the decoder does not know of; pools are of fixed size, and decoding fails when they
   *     are empty. CUDA needs none: its pools grow
   */
  public static Decoder open(
      Demuxer input, int track, HwDevice device, int extraFrames, LogScope parent) {
    AVStream stream = input.stream(track);
    return open(
        stream.codecpar(),
        stream.time_base(),
        "decoder of track " + track,
        device,
        extraFrames,
        input.tellsPresentation(),
        parent);
  }

  /** The same for packets that come from elsewhere. */
  public static Decoder open(
      TrackParameters track, HwDevice device, int extraFrames, LogScope parent) {
    try (AVRational base = new AVRational()) {
      base.num(track.timeBase().num()).den(track.timeBase().den());
      return open(
          track.nativeParameters(),
          base,
          "decoder",
          device,
          extraFrames,
          /* timed= */ false,
          parent);
    }
  }

  private static Decoder open(
      AVCodecParameters parameters,
      AVRational timeBase,
      String name,
      int threads,
      LogScope parent) {
    AVCodec codec = avcodec.avcodec_find_decoder(parameters.codec_id());
    if (codec == null) {
      throw new AvException(avutil.AVERROR_DECODER_NOT_FOUND, "find a", name, "");
    }
    return open(
        codec,
        parameters,
        timeBase,
        name,
        decoder -> decoder.context.thread_count(threads),
        parent);
  }

  private static Decoder open(
      AVCodecParameters parameters,
      AVRational timeBase,
      String name,
      HwDevice device,
      int extraFrames,
      boolean timed,
      LogScope parent) {
    AVCodec codec =
        DeviceDecoding.decoder(parameters.codec_id(), device.kind())
            .orElseThrow(() -> noneFor(parameters, device.kind(), name));
    return open(
        codec,
        parameters,
        timeBase,
        name + " on " + device.name(),
        decoder -> decoder.putOn(device, codec, extraFrames, timed),
        parent);
  }

  private void putOn(HwDevice device, AVCodec codec, int extraFrames, boolean timed) {
    mayDecodeAhead = timed;
    onDevice = DeviceDecoding.attach(context, codec, device, extraFrames);
    // A vendor's parser does not carry the number of a place from packet to picture.
    places = DeviceDecoding.isWrapper(codec) ? null : Rejoining.of(context);
  }

  private static AvException noneFor(
      AVCodecParameters parameters, HwDevice.Kind kind, String name) {
    return new AvException(
        AvException.Kind.UNSUPPORTED,
        avutil.AVERROR_DECODER_NOT_FOUND,
        "find a",
        name,
        "this build of FFmpeg decodes no "
            + avcodec.avcodec_get_name(parameters.codec_id()).getString()
            + " on "
            + kind);
  }

  private static Decoder open(
      AVCodec codec,
      AVCodecParameters parameters,
      AVRational timeBase,
      String name,
      Consumer<Decoder> setup,
      LogScope parent) {
    LogScope log = parent.child();
    AVCodecContext context =
        AvException.requireAllocated(avcodec.avcodec_alloc_context3(codec), name);
    Decoder decoder = new Decoder(context, codec.name().getString() + " " + name, log);
    try (var _ = log.bind()) {
      decoder.open(codec, parameters, timeBase, setup);
      return decoder;
    } catch (RuntimeException e) {
      decoder.close();
      throw e;
    }
  }

  private void open(
      AVCodec codec, AVCodecParameters parameters, AVRational timeBase, Consumer<Decoder> setup) {
    AvException.check(
        avcodec.avcodec_parameters_to_context(context, parameters), "set up", name(), log);
    if (parameters.extradata_size() > 0) {
      header = new byte[parameters.extradata_size()];
      parameters.extradata().get(header);
    }
    context.pkt_timebase(timeBase);
    context.max_pixels(MAX_PIXELS);
    setup.accept(this);
    AvException.check(
        avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open", name(), log);
  }

  /**
   * Feeds a packet, or with null tells that there are no more.
   *
   * @return AGAIN when frames must be taken out first; the packet was not taken then
   */
  public Flow send(@Nullable Packet packet) {
    requireOpen();
    noteParameters(packet);
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(onDevice != null)) {
      if (!enters(packet)) {
        return Flow.OK;
      }
      begin(packet);
      int code =
          avcodec.avcodec_send_packet(context, packet == null ? null : packet.nativePacket());
      return flow(code);
    }
  }

  /** A container that can tell presentation times may leave them out, as VfW in Matroska does. */
  private void begin(@Nullable Packet packet) {
    if (mayDecodeAhead && onDevice != null && packet != null && !Packet.isNone(packet.pts())) {
      onDevice.decodeAhead(context);
    }
    mayDecodeAhead = false;
  }

  private boolean enters(@Nullable Packet packet) {
    if (places == null) {
      flushIfLeaving();
      return true;
    }
    if (packet == null) {
      places.spoil();
      return true;
    }
    return places.enter(packet);
  }

  /** Fills {@code frame} with the next one. */
  public Flow receive(Frame frame) {
    requireOpen();
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(onDevice != null)) {
      Flow flow = received(frame);
      while (flow == Flow.OK && places != null && places.isLeftOver(frame)) {
        frame.clear();
        flow = received(frame);
      }
      if (onDevice != null && flow == Flow.OK) {
        onDevice.requireWhole(frame, name());
        spoilIf(frame.isDamaged());
      }
      return flow;
    }
  }

  private Flow received(Frame frame) {
    return leaving || (places != null && places.isBetween())
        ? Flow.AGAIN
        : flow(avcodec.avcodec_receive_frame(context, frame.nativeFrame()));
  }

  private void spoilIf(boolean damaged) {
    if (damaged && places != null) {
      places.spoil();
    }
  }

  /** Some decoders answer damage with a bare -1, which as an error code is a want of permission. */
  private Flow flow(int code) {
    if (onDevice != null) {
      onDevice.requireTaken(name(), log);
    }
    spoilIf(code < 0 && code != avutil.AVERROR_EAGAIN());
    return AvException.flow(
        code == -1 ? avutil.AVERROR_INVALIDDATA : code, "decode with", name(), log);
  }

  private void flushIfLeaving() {
    if (leaving) {
      avcodec.avcodec_flush_buffers(context);
      leaving = false;
    }
  }

  /**
   * Forgets all that was fed and not taken out, to go on at another place of the same track. Calls
   * no device, which may hang: the next {@link #send} does.
   */
  public void restart() {
    requireOpen();
    if (places != null) {
      places.leave();
    } else {
      leaving = true;
    }
  }

  private void noteParameters(@Nullable Packet packet) {
    byte[] told = packet == null ? null : packet.newParameters();
    if (told != null) {
      asOpened = Arrays.equals(told, header);
    }
  }

  /**
   * Whether it still decodes by the parameter sets that it was opened with. If not, it can go on
   * only where the packets follow those that it has had: {@link #restart} does not bring them back.
   */
  public boolean isAsOpened() {
    return asOpened;
  }

  /** Rate the codec itself declares, if any. */
  public Optional<Rational> frameRate() {
    requireOpen();
    return Rational.ofPositive(context.framerate().num(), context.framerate().den());
  }

  AVCodecContext nativeContext() {
    requireOpen();
    return context;
  }

  @Override
  void release() {
    DeviceDecoding.detach(context);
    try (var _ = DeviceCalls.enter(onDevice != null)) {
      avcodec.avcodec_free_context(context);
    }
    claim.close();
  }
}
