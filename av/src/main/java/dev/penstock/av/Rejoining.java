package dev.penstock.av;

import java.nio.ByteBuffer;
import org.bytedeco.ffmpeg.avcodec.AVCodecContext;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.javacpp.Pointer;

/**
 * How a decoder on a device goes on at another place of its track.
 *
 * <p>Flushing one ends the device's decoder, and libav opens another with the next packet, which
 * takes a tenth of a second in which the driver does so for nobody else. An IDR picture of H.264 or
 * HEVC refers to nothing before it and needs no flush. Pictures that were fed before it and come
 * out after it are told apart by a number that libav carries from a packet to its picture
 * (AV_CODEC_FLAG_COPY_OPAQUE of libavcodec/avcodec.h).
 *
 * <p>After damage, or once the decoder was told that nothing follows, it is flushed all the same:
 * what comes out must not depend on what was decoded before.
 */
final class Rejoining {
  /** {@code nal_unit_type} of ITU-T H.264, table 7-1. */
  private static final int AVC_IDR = 5;

  /** IDR_W_RADL and IDR_N_LP of ITU-T H.265, table 7-1. */
  private static final int HEVC_IDR_FIRST = 19;

  private static final int HEVC_IDR_LAST = 20;
  private static final int HEVC_VCL_LAST = 31;
  private static final int AVC_VCL_LAST = 5;

  private final AVCodecContext context;
  private long place = 1;
  private boolean leaving;
  private boolean spoilt;

  private Rejoining(AVCodecContext context) {
    this.context = context;
  }

  /** For a context that is not yet open. */
  static Rejoining of(AVCodecContext context) {
    context.flags(context.flags() | avcodec.AV_CODEC_FLAG_COPY_OPAQUE);
    return new Rejoining(context);
  }

  /** What was fed and has not come out is not wanted any more. */
  void leave() {
    leaving = true;
  }

  /** Nothing comes out before the first packet of the new place. */
  boolean isBetween() {
    return leaving;
  }

  /** The decoder refused something, concealed something, or was told that nothing follows. */
  void spoil() {
    spoilt = true;
  }

  /**
   * Before a packet is fed.
   *
   * @return whether to feed it: a place begins with a key picture, and what comes before refers to
   *     pictures that are not there
   */
  boolean enter(Packet packet) {
    if (leaving && !packet.isKey()) {
      return false;
    }
    if (leaving) {
      if (spoilt || !isIdr(packet)) {
        avcodec.avcodec_flush_buffers(context);
      }
      place++;
      leaving = false;
      spoilt = false;
    }
    packet.nativePacket().opaque(Pointers.of(place));
    return true;
  }

  /** Whether a picture was fed before the last change of place. */
  boolean isLeftOver(Frame frame) {
    Pointer number = frame.nativeFrame().opaque();
    return number != null && number.address() != place;
  }

  private boolean isIdr(Packet packet) {
    return switch (context.codec_id()) {
      case avcodec.AV_CODEC_ID_H264 -> firstSlice(packet) == AVC_IDR;
      case avcodec.AV_CODEC_ID_HEVC -> isHevcIdr(firstSlice(packet));
      default -> false;
    };
  }

  private static boolean isHevcIdr(int type) {
    return type >= HEVC_IDR_FIRST && type <= HEVC_IDR_LAST;
  }

  /** Type of the first NAL unit that is of a picture; negative when there is none. */
  private int firstSlice(Packet packet) {
    ByteBuffer data = ByteBuffer.wrap(packet.bytes());
    boolean hevc = context.codec_id() == avcodec.AV_CODEC_ID_HEVC;
    int lengthSize = lengthSize(hevc);
    int at = lengthSize == 0 ? afterStartCode(data, 0) : lengthSize;
    while (at > 0 && at < data.limit()) {
      int header = data.get(at) & 0xff;
      int type = hevc ? (header >> 1) & 0x3f : header & 0x1f;
      boolean picture = hevc ? type <= HEVC_VCL_LAST : type >= 1 && type <= AVC_VCL_LAST;
      if (picture) {
        return type;
      }
      at = lengthSize == 0 ? afterStartCode(data, at) : nextByLength(data, at, lengthSize);
    }
    return -1;
  }

  /**
   * Bytes of the length before each NAL unit, as avcC and hvcC say (ISO/IEC 14496-15, 5.3.3 and
   * 8.3.3); 0 for start codes.
   */
  private int lengthSize(boolean hevc) {
    int where = hevc ? 21 : 4;
    boolean configured = context.extradata_size() > where && context.extradata().get(0) == 1;
    return configured ? (context.extradata().get(where) & 3) + 1 : 0;
  }

  /** Where the next NAL unit begins. */
  private static int nextByLength(ByteBuffer data, int at, int lengthSize) {
    long length = 0;
    for (int i = at - lengthSize; i < at; i++) {
      length = (length << 8) | (data.get(i) & 0xff);
    }
    long next = at + length + lengthSize;
    return length > 0 && next < data.limit() ? (int) next : -1;
  }

  private static int afterStartCode(ByteBuffer data, int from) {
    for (int i = from; i + 3 < data.limit(); i++) {
      if (data.get(i) == 0 && data.get(i + 1) == 0 && data.get(i + 2) == 1) {
        return i + 3;
      }
    }
    return -1;
  }
}
