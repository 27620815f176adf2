package dev.penstock.av;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.ffmpeg.avcodec.AVCodec;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.avcodec.AVCodecHWConfig;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;
import org.jspecify.annotations.Nullable;

/**
 * What makes a decoder put its pictures on a device, or fail.
 *
 * <p>Where libav's own decoder can hand the work to the device, that one is used, as H.264 does on
 * CUDA, rather than a wrapper of the vendor's parser such as {@code h264_cuvid}: it reads the
 * stream as it does in software, so that the same pictures come out, with the same times, side data
 * and signs of damage, wherever they were decoded. QSV and AMF have wrappers only.
 */
final class DeviceDecoding {
  /** By the address of the codec context; hardware decoders have no copies of it in threads. */
  private static final Map<Long, DeviceDecoding> CHOICES = new ConcurrentHashMap<>();

  /** Pictures that NVDEC may be working on while one is waited for. */
  private static final int AHEAD = 3;

  private final HwDevice.Kind kind;
  private final int format;
  private @Nullable String refused;

  private DeviceDecoding(HwDevice.Kind kind, int format) {
    this.kind = kind;
    this.format = format;
  }

  /** The decoder of a codec that uses devices of a kind; empty when this build has none. */
  static Optional<AVCodec> decoder(int codecId, HwDevice.Kind kind) {
    AVCodec wrapper = null;
    PointerPointer<Pointer> cursor = new PointerPointer<>(1).put(0, (Pointer) null);
    try {
      for (AVCodec codec = avcodec.av_codec_iterate(cursor);
          codec != null;
          codec = avcodec.av_codec_iterate(cursor)) {
        if (codec.id() == codecId
            && avcodec.av_codec_is_decoder(codec) != 0
            && format(codec, kind).isPresent()) {
          if (!isWrapper(codec)) {
            return Optional.of(codec);
          }
          wrapper = wrapper == null ? codec : wrapper;
        }
      }
    } finally {
      cursor.deallocate();
    }
    return Optional.ofNullable(wrapper);
  }

  static boolean isWrapper(AVCodec codec) {
    return (codec.capabilities() & (avcodec.AV_CODEC_CAP_HARDWARE | avcodec.AV_CODEC_CAP_HYBRID))
        != 0;
  }

  /** The pixel format of pictures on a device of the kind. */
  private static Optional<Integer> format(AVCodec codec, HwDevice.Kind kind) {
    AVCodecHWConfig config = avcodec.avcodec_get_hw_config(codec, 0);
    for (int i = 1; config != null; i++) {
      if (config.device_type() == kind.type()
          && (config.methods() & avcodec.AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX) != 0) {
        return Optional.of(config.pix_fmt());
      }
      config = avcodec.avcodec_get_hw_config(codec, i);
    }
    return Optional.empty();
  }

  /**
   * Sets up a context that is not yet open. Must be {@linkplain #detach detached} once it is freed.
   */
  static DeviceDecoding attach(
      AVCodecContext context, AVCodec codec, HwDevice device, int extraFrames) {
    DeviceDecoding choice =
        new DeviceDecoding(device.kind(), format(codec, device.kind()).orElseThrow());
    context.hw_device_ctx(device.share());
    context.get_format(Chooser.INSTANCE);
    // Each frame thread takes surfaces of which NVDEC has 32.
    context.thread_count(1);
    if (device.kind() != HwDevice.Kind.CUDA) {
      // NVDEC's pictures leave it as copies, in pools that grow; extra ones would be surfaces.
      context.extra_hw_frames(extraFrames);
    }
    CHOICES.put(context.address(), choice);
    return choice;
  }

  /**
   * libav waits for a picture when it hands it out. Where none is held back for its order, the
   * decoder would stand idle from each picture to the next; H.264's holds back as many as it is
   * told. To be called before the first packet is fed, and only where all packets say when they are
   * shown: of others, libav takes the decoding time of the packet that is fed when a picture comes
   * out, which is later the more are held back.
   */
  void decodeAhead(AVCodecContext context) {
    int more = AHEAD - context.has_b_frames();
    boolean holdsBack =
        kind == HwDevice.Kind.CUDA && context.codec_id() == avcodec.AV_CODEC_ID_H264;
    if (holdsBack && more > 0) {
      context.has_b_frames(AHEAD);
      context.extra_hw_frames(more);
    }
  }

  static void detach(AVCodecContext context) {
    CHOICES.remove(context.address());
  }

  /** libav's question in which format to decode, asked when a stream begins or changes. */
  private static final class Chooser extends AVCodecContext.Get_format_AVCodecContext_IntPointer {
    /** One for all, never collected: JavaCPP has room for few. */
    static final Chooser INSTANCE = new Chooser();

    /** An exception must not cross into C: it would end the process. */
    @Override
    @SuppressWarnings("CatchThrowable")
    public int call(AVCodecContext context, IntPointer offered) {
      try {
        DeviceDecoding choice = CHOICES.get(context.address());
        return choice == null ? avutil.AV_PIX_FMT_NONE : choice.choose(context, offered);
      } catch (Throwable lost) {

        return avutil.AV_PIX_FMT_NONE;
      }
    }
  }

  /** After a device has failed libav asks again, without it: then there is nothing to choose. */
  private int choose(AVCodecContext context, IntPointer offered) {
    for (long i = 0; offered.get(i) != avutil.AV_PIX_FMT_NONE; i++) {
      if (offered.get(i) == format) {
        return format;
      }
    }
    refused = description(context);
    return avutil.AV_PIX_FMT_NONE;
  }

  private static String description(AVCodecContext context) {
    BytePointer profile = avcodec.avcodec_profile_name(context.codec_id(), context.profile());
    BytePointer pixels = avutil.av_get_pix_fmt_name(context.sw_pix_fmt());
    return avcodec.avcodec_get_name(context.codec_id()).getString()
        + (profile == null ? "" : " " + profile.getString())
        + (pixels == null ? "" : " " + pixels.getString())
        + " "
        + context.coded_width()
        + "x"
        + context.coded_height();
  }

  /**
   * @throws AvException when the device did not take the stream; nothing was decoded then
   */
  void requireTaken(String decoder, LogScope log) {
    String stream = refused;
    if (stream == null) {
      return;
    }
    String cause = log.deviceError().isEmpty() ? log.firstError() : log.deviceError();
    throw new AvException(
        DeviceWords.kind(cause).orElse(AvException.Kind.UNSUPPORTED),
        AvException.ENOSYS,
        "decode with",
        decoder,
        "the "
            + kind
            + " device does not decode "
            + stream
            + (cause.isEmpty() ? "" : ": " + cause));
  }

  /**
   * @throws AvException when the picture does not begin with the first sample: neither NVDEC nor
   *     the filters of CUDA cut off its left and top, and it would be shown shifted
   */
  void requireWhole(Frame frame, String decoder) {
    if (kind == HwDevice.Kind.CUDA && frame.isOffset()) {
      throw new AvException(
          AvException.Kind.UNSUPPORTED,
          AvException.ENOSYS,
          "decode with",
          decoder,
          "the left or top of its pictures is to be cut off, which " + kind + " cannot");
    }
  }
}
