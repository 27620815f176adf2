package dev.penstock.hardware.va;

import java.util.Map;
import java.util.Optional;

/** The numbers of va.h. */
final class VaNames {
  /** A profile and libav's name of its codec. */
  record Profile(String name, String codec) {}

  private static final Map<Integer, Profile> PROFILES =
      Map.ofEntries(
          profile(0, "MPEG2Simple", "mpeg2video"),
          profile(1, "MPEG2Main", "mpeg2video"),
          profile(2, "MPEG4Simple", "mpeg4"),
          profile(3, "MPEG4AdvancedSimple", "mpeg4"),
          profile(4, "MPEG4Main", "mpeg4"),
          profile(6, "H264Main", "h264"),
          profile(7, "H264High", "h264"),
          profile(8, "VC1Simple", "vc1"),
          profile(9, "VC1Main", "vc1"),
          profile(10, "VC1Advanced", "vc1"),
          profile(11, "H263Baseline", "h263"),
          profile(12, "JPEGBaseline", "mjpeg"),
          profile(13, "H264ConstrainedBaseline", "h264"),
          profile(14, "VP8Version0_3", "vp8"),
          profile(17, "HEVCMain", "hevc"),
          profile(18, "HEVCMain10", "hevc"),
          profile(19, "VP9Profile0", "vp9"),
          profile(20, "VP9Profile1", "vp9"),
          profile(21, "VP9Profile2", "vp9"),
          profile(22, "VP9Profile3", "vp9"),
          profile(23, "HEVCMain12", "hevc"),
          profile(24, "HEVCMain422_10", "hevc"),
          profile(25, "HEVCMain422_12", "hevc"),
          profile(26, "HEVCMain444", "hevc"),
          profile(27, "HEVCMain444_10", "hevc"),
          profile(28, "HEVCMain444_12", "hevc"),
          profile(29, "HEVCSccMain", "hevc"),
          profile(30, "HEVCSccMain10", "hevc"),
          profile(31, "HEVCSccMain444", "hevc"),
          profile(32, "AV1Profile0", "av1"),
          profile(33, "AV1Profile1", "av1"),
          profile(34, "HEVCSccMain444_10", "hevc"),
          profile(36, "H264High10", "h264"),
          profile(37, "VVCMain10", "vvc"),
          profile(38, "VVCMultilayerMain10", "vvc"),
          profile(39, "AV1Profile2", "av1"),
          profile(40, "H264High422", "h264"));

  private static final Map<Integer, String> ENTRYPOINTS =
      Map.of(1, "VLD", 6, "EncSlice", 7, "EncPicture", 8, "EncSliceLP");

  /** The attributes that are asked for. */
  static final Map<Integer, String> ATTRIBUTES =
      Map.of(
          0, "RTFormat",
          5, "RateControl",
          13, "EncMaxRefFrames",
          18, "MaxPictureWidth",
          19, "MaxPictureHeight",
          21, "EncQualityRange");

  private VaNames() {}

  /** Empty for those that are no codec's. */
  static Optional<Profile> profile(int number) {
    return Optional.ofNullable(PROFILES.get(number));
  }

  /** Empty for those that neither decode nor encode whole pictures. */
  static Optional<String> entrypoint(int number) {
    return Optional.ofNullable(ENTRYPOINTS.get(number));
  }

  private static Map.Entry<Integer, Profile> profile(int number, String name, String codec) {
    return Map.entry(number, new Profile(name, codec));
  }
}
