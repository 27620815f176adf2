package dev.penstock.av;

import dev.penstock.model.Color;
import dev.penstock.model.Rational;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avutil.AVBufferRef;
import org.bytedeco.ffmpeg.avutil.AVDictionary;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/** Turns frames into packets. Opened for the shape of its first frame. */
public final class Encoder extends Handle {
  /**
   * How to set it up.
   *
   * @param encoder libav's encoder name
   * @param options AVOptions of the codec context or of the encoder itself
   * @param timeBase unit of the timestamps of the frames sent
   * @param frameRate told to the rate control; empty for audio or when unknown
   * @param color tags to write; ignored for audio
   * @param globalHeader whether parameter sets go into the container instead of the stream
   * @param keepHdr whether mastering display and light level of the first frame are written
   */
  public record Settings(
      String encoder,
      SequencedMap<String, String> options,
      Rational timeBase,
      Optional<Rational> frameRate,
      Color color,
      boolean globalHeader,
      boolean keepHdr) {
    public Settings {
      options = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(options));
    }
  }

  /**
   * Side data that describes the whole track; the encoder must know it when it writes its headers.
   */
  private static final int[] TRACK_SIDE_DATA = {
    avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA,
    avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL,
    avutil.AV_FRAME_DATA_AMBIENT_VIEWING_ENVIRONMENT
  };

  private static final String X265_OPTIONS = "x265-params";
  private static final String NVENC = "_nvenc";
  private static final String NVENC_ORDINAL = "gpu";

  /** What libx264, libx265 and libsvtav1 say of a parameter they then ignore. */
  private static final Pattern REFUSED_PARAMETER =
      Pattern.compile("Error parsing option|Unknown option|Invalid value for");

  private final AVCodecContext context;
  private final LogScope log;
  private final LogRouter.Claim claim;
  private final Frame.Shape shape;
  private final boolean nvenc;
  private final boolean onDevice;

  private Encoder(
      AVCodecContext context, AVCodec codec, Frame.Shape shape, String name, LogScope log) {
    super(name);
    this.onDevice =
        (codec.capabilities() & (avcodec.AV_CODEC_CAP_HARDWARE | avcodec.AV_CODEC_CAP_HYBRID)) != 0;
    this.context = context;
    this.shape = shape;
    this.nvenc = name.endsWith(NVENC);
    this.log = log;
    this.claim = LogRouter.claimCodec(context, log);
  }

  /** Opens an encoder for frames like {@code first}, on its device when it lies on one. */
  public static Encoder open(Settings settings, Frame first, LogScope parent) {
    return open(settings, first, null, parent);
  }

  /**
   * Opens an encoder for frames like {@code first}.
   *
   * @param device where an encoder that runs on one takes frames that lie in memory; frames on a
   *     device bring theirs. Without either, some open the first GPU there is, with a context of
   *     their own
   */
  public static Encoder open(
      Settings settings, Frame first, @Nullable HwDevice device, LogScope parent) {
    Natives.load();
    AtomicReference<@Nullable String> refused = new AtomicReference<>();
    LogScope log = parent.child(line -> noteRefusal(line, refused));
    String name = "encoder " + settings.encoder();
    AVCodec codec = avcodec.avcodec_find_encoder_by_name(settings.encoder());
    if (codec == null) {
      throw new AvException(avutil.AVERROR_ENCODER_NOT_FOUND, "find", name, "");
    }
    AVCodecContext context =
        AvException.requireAllocated(avcodec.avcodec_alloc_context3(codec), name);
    Encoder encoder = new Encoder(context, codec, first.shape(), name, log);
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(encoder.onDevice)) {
      encoder.requireNoOrdinal(settings);
      encoder.attach(first, device);
      encoder.open(codec, settings, first.nativeFrame());
      if (refused.get() != null) {
        throw new AvException(avutil.AVERROR_EINVAL(), "open", name, refused.get());
      }
      return encoder;
    } catch (RuntimeException e) {
      encoder.close();
      throw e;
    }
  }

  private static void noteRefusal(String line, AtomicReference<@Nullable String> refused) {
    if (REFUSED_PARAMETER.matcher(line).find()) {
      refused.compareAndSet(null, line);
    }
  }

  /**
   * An ordinal may mean another GPU tomorrow, and would be a second device besides the session's.
   */
  private void requireNoOrdinal(Settings settings) {
    if (settings.encoder().endsWith(NVENC) && settings.options().containsKey(NVENC_ORDINAL)) {
      throw new AvException(
          avutil.AVERROR_EINVAL(),
          "open",
          name(),
          "option 'gpu' names a GPU by its number; give its address or UUID instead");
    }
  }

  private void attach(Frame first, @Nullable HwDevice device) {
    AVBufferRef pool = first.nativeFrame().hw_frames_ctx();
    if (pool != null) {
      context.hw_frames_ctx(AvException.requireAllocated(avutil.av_buffer_ref(pool), name()));
      context.sw_pix_fmt(first.softwareFormatCode());
    } else if (device != null) {
      context.hw_device_ctx(device.share());
    }
  }

  private void open(AVCodec codec, Settings settings, AVFrame first) {
    context.time_base().num(settings.timeBase().num()).den(settings.timeBase().den());
    if (first.width() > 0) {
      describeVideo(settings, first);
    } else {
      describeAudio(first);
    }
    if (settings.globalHeader()) {
      context.flags(context.flags() | avcodec.AV_CODEC_FLAG_GLOBAL_HEADER);
    }
    // Timing is ours: frames may have any duration.
    context.flags(context.flags() | avcodec.AV_CODEC_FLAG_FRAME_DURATION);
    Options.set(context, quiet(settings), name(), log);
    AvException.check(
        avcodec.avcodec_open2(context, codec, (AVDictionary) null), "open", name(), log);
  }

  /**
   * x265 writes its log to standard error, where programs may read progress; now it is silent,
   * unless the options say otherwise. What libav says of an error remains.
   */
  private static SequencedMap<String, String> quiet(Settings settings) {
    if (!settings.encoder().equals("libx265")) {
      return settings.options();
    }
    SequencedMap<String, String> options = new LinkedHashMap<>(settings.options());
    options.merge(X265_OPTIONS, "log-level=none", (given, quiet) -> quiet + ":" + given);
    return options;
  }

  private void describeVideo(Settings settings, AVFrame first) {
    Color color = settings.color();
    context.width(first.width()).height(first.height()).pix_fmt(first.format());
    context.sample_aspect_ratio(first.sample_aspect_ratio());
    settings.frameRate().ifPresent(r -> context.framerate().num(r.num()).den(r.den()));
    context.color_range(Names.rangeCode(color));
    context.color_primaries(Names.primariesCode(color));
    context.color_trc(Names.transferCode(color));
    context.colorspace(Names.matrixCode(color));
    context.chroma_sample_location(Names.locationCode(color));
    context.field_order(avcodec.AV_FIELD_PROGRESSIVE);
    if (settings.keepHdr()) {
      copyTrackSideData(first);
    }
  }

  private void copyTrackSideData(AVFrame first) {
    PointerPointer<AVFrameSideData> list = new PointerPointer<>((Pointer) null);
    int[] count = {0};
    for (int type : TRACK_SIDE_DATA) {
      AVFrameSideData data = avutil.av_frame_get_side_data(first, type);
      if (data != null) {
        AVFrameSideData copy =
            AvException.requireAllocated(
                avutil.av_frame_side_data_new(list, count, type, data.size(), 0), "side data");
        Pointer.memcpy(copy.data(), data.data(), data.size());
      }
    }
    // The context frees the list.
    context.decoded_side_data(list);
    context.nb_decoded_side_data(count[0]);
  }

  private void describeAudio(AVFrame first) {
    context.sample_rate(first.sample_rate()).sample_fmt(first.format());
    AvException.check(
        avutil.av_channel_layout_copy(context.ch_layout(), first.ch_layout()),
        "set up",
        name(),
        log);
  }

  /**
   * Feeds a frame of the shape of the first, or with null tells that there are no more. The data is
   * shared, not taken.
   *
   * @return AGAIN when packets must be taken out first; the frame was not taken then
   */
  public Flow send(@Nullable Frame frame) {
    requireOpen();
    // libav does not look, and some encoders then read past the picture.
    if (frame != null && !frame.shape().codesLike(shape)) {
      throw new IllegalArgumentException(
          name() + " was opened for " + shape + ", not " + frame.shape());
    }
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(onDevice)) {
      int code = avcodec.avcodec_send_frame(context, frame == null ? null : frame.nativeFrame());
      return AvException.flow(code, "encode with", name(), log);
    }
  }

  /** Fills {@code packet} with the next one; its times are in {@link #timeBase}. */
  public Flow receive(Packet packet) {
    requireOpen();
    try (var _ = log.bind();
        var _ = DeviceCalls.enter(onDevice)) {
      int code = avcodec.avcodec_receive_packet(context, packet.nativePacket());
      Flow flow = AvException.flow(code, "encode with", name(), log);
      if (flow == Flow.OK && nvenc) {
        // libavcodec/nvenc.c writes one less than NVENC says; the others write what it is.
        packet.shiftQp(1);
      }
      return flow;
    }
  }

  public Rational timeBase() {
    requireOpen();
    return new Rational(context.time_base().num(), context.time_base().den());
  }

  /** Samples it wants in each audio frame; 0 for any number. */
  public int frameSize() {
    requireOpen();
    boolean any = (context.codec().capabilities() & avcodec.AV_CODEC_CAP_VARIABLE_FRAME_SIZE) != 0;
    return any ? 0 : context.frame_size();
  }

  /** A copy of the global header: parameter sets, or the decoder's configuration. */
  public byte[] header() {
    requireOpen();
    byte[] bytes = new byte[context.extradata_size()];
    if (bytes.length > 0) {
      context.extradata().get(bytes);
    }
    return bytes;
  }

  AVCodecContext nativeContext() {
    requireOpen();
    return context;
  }

  @Override
  void release() {
    try (var _ = DeviceCalls.enter(onDevice)) {
      avcodec.avcodec_free_context(context);
    }
    claim.close();
  }
}
