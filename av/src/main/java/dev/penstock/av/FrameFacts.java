package dev.penstock.av;

import dev.penstock.model.Color;
import dev.penstock.model.HdrMetadata;
import dev.penstock.model.PixelFormat;
import org.bytedeco.ffmpeg.avutil.AVFrame;
import org.bytedeco.ffmpeg.global.avutil;

/** What a decoded picture says of itself, which is more than the container may know. */
public record FrameFacts(
    PixelFormat pixelFormat,
    Color color,
    HdrMetadata hdr,
    boolean interlaced,
    boolean topFieldFirst,
    boolean closedCaptions) {

  public static FrameFacts of(Frame frame) {
    AVFrame f = frame.nativeFrame();
    return new FrameFacts(
        Names.pixelFormat(frame.softwareFormatCode()),
        Names.color(
            f.color_range(),
            f.color_primaries(),
            f.color_trc(),
            f.colorspace(),
            f.chroma_location()),
        HdrReader.ofFrame(frame),
        frame.isInterlaced(),
        frame.isTopFieldFirst(),
        frame.has(avutil.AV_FRAME_DATA_A53_CC));
  }
}
