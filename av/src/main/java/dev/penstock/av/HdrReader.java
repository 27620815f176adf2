package dev.penstock.av;

import dev.penstock.model.HdrMetadata;
import dev.penstock.model.HdrMetadata.ContentLight;
import dev.penstock.model.HdrMetadata.MasteringDisplay;
import dev.penstock.model.Rational;
import java.util.Locale;
import java.util.Optional;
import org.bytedeco.ffmpeg.avcodec.AVCodecParameters;
import org.bytedeco.ffmpeg.avcodec.AVPacketSideData;
import org.bytedeco.ffmpeg.avutil.AVContentLightMetadata;
import org.bytedeco.ffmpeg.avutil.AVFrameSideData;
import org.bytedeco.ffmpeg.avutil.AVMasteringDisplayMetadata;
import org.bytedeco.ffmpeg.avutil.AVRational;
import org.bytedeco.ffmpeg.global.avcodec;
import org.bytedeco.ffmpeg.global.avutil;
import org.bytedeco.javacpp.Pointer;
import org.jspecify.annotations.Nullable;

/** Reads HDR metadata from a container's track header or from a decoded frame. */
final class HdrReader {
  private HdrReader() {}

  static HdrMetadata ofContainer(AVCodecParameters codec) {
    return new HdrMetadata(
        mastering(data(codec, avcodec.AV_PKT_DATA_MASTERING_DISPLAY_METADATA)),
        light(data(codec, avcodec.AV_PKT_DATA_CONTENT_LIGHT_LEVEL)),
        false,
        data(codec, avcodec.AV_PKT_DATA_DOVI_CONF) != null);
  }

  static HdrMetadata ofFrame(Frame frame) {
    return new HdrMetadata(
        mastering(data(frame, avutil.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA)),
        light(data(frame, avutil.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL)),
        frame.has(avutil.AV_FRAME_DATA_DYNAMIC_HDR_PLUS),
        frame.has(avutil.AV_FRAME_DATA_DOVI_METADATA));
  }

  private static @Nullable Pointer data(AVCodecParameters codec, int type) {
    AVPacketSideData data =
        avcodec.av_packet_side_data_get(codec.coded_side_data(), codec.nb_coded_side_data(), type);
    return data == null ? null : data.data();
  }

  private static @Nullable Pointer data(Frame frame, int type) {
    AVFrameSideData data = avutil.av_frame_get_side_data(frame.nativeFrame(), type);
    return data == null ? null : data.data();
  }

  private static Optional<ContentLight> light(@Nullable Pointer data) {
    if (data == null) {
      return Optional.empty();
    }
    AVContentLightMetadata light = new AVContentLightMetadata(data);
    return Optional.of(new ContentLight(light.MaxCLL(), light.MaxFALL()));
  }

  private static Optional<MasteringDisplay> mastering(@Nullable Pointer data) {
    if (data == null) {
      return Optional.empty();
    }
    AVMasteringDisplayMetadata mastering = new AVMasteringDisplayMetadata(data);
    if (mastering.has_luminance() == 0 && mastering.has_primaries() == 0) {
      return Optional.empty();
    }
    return Optional.of(
        new MasteringDisplay(
            mastering.has_primaries() == 0 ? "" : primaries(mastering),
            value(mastering.min_luminance()),
            value(mastering.max_luminance())));
  }

  private static String primaries(AVMasteringDisplayMetadata mastering) {
    StringBuilder text = new StringBuilder();
    for (int color = 0; color < 3; color++) {
      text.append(
          String.format(
              Locale.ROOT,
              "%s(%.4f,%.4f) ",
              "RGB".charAt(color),
              value(mastering.display_primaries(color, 0)),
              value(mastering.display_primaries(color, 1))));
    }
    return text.append(
            String.format(
                Locale.ROOT,
                "WP(%.4f,%.4f)",
                value(mastering.white_point(0)),
                value(mastering.white_point(1))))
        .toString();
  }

  private static double value(AVRational rational) {
    return Rational.ofPositive(rational.num(), rational.den()).map(Rational::value).orElse(0.0);
  }
}
