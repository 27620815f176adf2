package dev.penstock.av;

import dev.penstock.model.Color;
import dev.penstock.model.PixelFormat;
import java.nio.charset.StandardCharsets;
import org.bytedeco.ffmpeg.avcodec.AVCodecDescriptor;
import org.bytedeco.ffmpeg.avutil.AVChannelLayout;
import org.bytedeco.ffmpeg.avutil.AVPixFmtDescriptor;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.BytePointer;
import org.jspecify.annotations.Nullable;

/** libav's numbers as names and back. */
final class Names {
  private static final int LAYOUT_BYTES = 128;

  private Names() {}

  static String orUnspecified(@Nullable BytePointer name) {
    String text = name == null ? "" : name.getString();
    return text.isEmpty() || text.equals("unknown") || text.equals("reserved")
        ? Color.UNSPECIFIED
        : text;
  }

  static Color color(int range, int primaries, int transfer, int matrix, int location) {
    return new Color(
        orUnspecified(avutil.av_color_range_name(range)),
        orUnspecified(avutil.av_color_primaries_name(primaries)),
        orUnspecified(avutil.av_color_transfer_name(transfer)),
        orUnspecified(avutil.av_color_space_name(matrix)),
        orUnspecified(avutil.av_chroma_location_name(location)));
  }

  static int rangeCode(Color color) {
    return isSet(color.range()) ? avutil.av_color_range_from_name(color.range()) : 0;
  }

  static int primariesCode(Color color) {
    return isSet(color.primaries())
        ? avutil.av_color_primaries_from_name(color.primaries())
        : avutil.AVCOL_PRI_UNSPECIFIED;
  }

  static int transferCode(Color color) {
    return isSet(color.transfer())
        ? avutil.av_color_transfer_from_name(color.transfer())
        : avutil.AVCOL_TRC_UNSPECIFIED;
  }

  static int matrixCode(Color color) {
    return isSet(color.matrix())
        ? avutil.av_color_space_from_name(color.matrix())
        : avutil.AVCOL_SPC_UNSPECIFIED;
  }

  static int locationCode(Color color) {
    return isSet(color.location()) ? avutil.av_chroma_location_from_name(color.location()) : 0;
  }

  private static boolean isSet(String value) {
    return !value.equals(Color.UNSPECIFIED);
  }

  static PixelFormat pixelFormat(int format) {
    AVPixFmtDescriptor descriptor = avutil.av_pix_fmt_desc_get(format);
    if (descriptor == null) {
      return new PixelFormat("unknown", 0, 0, 0, false, false);
    }
    long flags = descriptor.flags();
    return new PixelFormat(
        descriptor.name().getString(),
        descriptor.comp(0).depth(),
        descriptor.log2_chroma_w(),
        descriptor.log2_chroma_h(),
        (flags & (avutil.AV_PIX_FMT_FLAG_RGB | avutil.AV_PIX_FMT_FLAG_PAL)) != 0,
        (flags & avutil.AV_PIX_FMT_FLAG_ALPHA) != 0);
  }

  static String sampleFormat(int format) {
    BytePointer name = avutil.av_get_sample_fmt_name(format);
    return name == null ? "unknown" : name.getString();
  }

  static String layout(AVChannelLayout layout) {
    byte[] text = new byte[LAYOUT_BYTES];
    int length = avutil.av_channel_layout_describe(layout, text, text.length);
    if (length <= 1) {
      return "unknown";
    }
    return new String(text, 0, Math.min(length, text.length) - 1, StandardCharsets.UTF_8);
  }

  static String codec(int id) {
    AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get(id);
    return descriptor == null ? "unknown" : descriptor.name().getString();
  }

  static boolean isTextSubtitle(int id) {
    AVCodecDescriptor descriptor = avcodec.avcodec_descriptor_get(id);
    return descriptor != null && (descriptor.props() & avcodec.AV_CODEC_PROP_TEXT_SUB) != 0;
  }
}
