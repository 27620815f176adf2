package dev.penstock.av;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * What an encoder tells of how it coded a picture: {@code AV_PKT_DATA_QUALITY_STATS}.
 *
 * @param quantiser the average, on the scale of its codec: higher is coarser; empty where the
 *     encoder does not tell
 * @param lumaError sum of the squared errors of luma; empty where the encoder does not tell, as
 *     most do: libx264 does when its {@code flags} have {@code psnr}
 */
public record CodedQuality(OptionalDouble quantiser, OptionalLong lumaError) {
  /** Nothing is told. */
  public static final CodedQuality NONE =
      new CodedQuality(OptionalDouble.empty(), OptionalLong.empty());

  /** Offsets of libavcodec/packet.h: {@code u32le quality, u8 type, u8 errors, u16, u64le[]}. */
  private static final int ERROR_COUNT = 5;

  private static final int ERRORS = 8;

  static CodedQuality of(ByteBuffer data) {
    if (data.remaining() < ERRORS) {
      return NONE;
    }
    ByteBuffer stats = data.slice().order(ByteOrder.LITTLE_ENDIAN);
    int quality = stats.getInt(0);
    int errors = stats.get(ERROR_COUNT);
    // Some encoders tell their errors only; x264 says -1 of the last frames.
    boolean told = quality > 0 || (quality == 0 && errors == 0);
    return new CodedQuality(
        told ? OptionalDouble.of(quality / (double) avutil.FF_QP2LAMBDA) : OptionalDouble.empty(),
        errors > 0 && stats.limit() >= ERRORS + Long.BYTES
            ? OptionalLong.of(stats.getLong(ERRORS))
            : OptionalLong.empty());
  }
}
