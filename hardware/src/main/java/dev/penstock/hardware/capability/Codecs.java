package dev.penstock.hardware.capability;

import java.util.List;

/** The order codecs are shown in: those people ask for first. */
final class Codecs {
  private static final List<String> ORDER =
      List.of("h264", "hevc", "av1", "vp9", "vp8", "mpeg2video", "mjpeg");

  private Codecs() {}

  static int rank(String codec) {
    int rank = ORDER.indexOf(codec);
    return rank < 0 ? ORDER.size() : rank;
  }
}
