package dev.penstock.planner;

import dev.penstock.model.Capabilities;
import dev.penstock.model.Capabilities.ContainerFacts;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.Capabilities.OptionFacts;
import dev.penstock.model.Capabilities.OptionFacts.Kind;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Capabilities as the real builds have them. */
final class TestBuild {
  private static final List<OptionFacts> OPTIONS =
      List.of(
          new OptionFacts("preset", Kind.TEXT, 0, 0, List.of(), ""),
          new OptionFacts("profile", Kind.TEXT, 0, 0, List.of(), ""),
          new OptionFacts("tune", Kind.TEXT, 0, 0, List.of(), ""),
          new OptionFacts("threads", Kind.NUMBER, 0, 1024, List.of("auto"), ""),
          new OptionFacts("aq-mode", Kind.NUMBER, -1, 3, List.of("none", "variance"), ""),
          new OptionFacts("mbtree", Kind.SWITCH, -1, 1, List.of(), ""),
          new OptionFacts("x264-params", Kind.TEXT, 0, 0, List.of(), ""));

  private static final List<String> WIDE =
      List.of("yuv420p", "yuvj420p", "yuv422p", "yuv444p", "yuv420p10le", "yuv444p10le", "gbrp");

  private static final List<ContainerFacts> CONTAINERS =
      List.of(
          new ContainerFacts("mp4", List.of("h264", "hevc", "av1", "vp9", "aac", "opus")),
          new ContainerFacts("mov", List.of("h264", "hevc", "prores", "aac", "pcm_s16le")),
          new ContainerFacts("ipod", List.of("aac", "alac")),
          new ContainerFacts(
              "matroska",
              List.of(
                  "h264",
                  "hevc",
                  "av1",
                  "vp9",
                  "vp8",
                  "mpeg2video",
                  "mpeg4",
                  "aac",
                  "opus",
                  "flac",
                  "ac3",
                  "mp3",
                  "pcm_s16le",
                  "dvb_subtitle")),
          new ContainerFacts("webm", List.of("vp8", "vp9", "av1", "opus", "vorbis")),
          new ContainerFacts("mpegts", List.of()));

  static final Capabilities GPL =
      build(
          "GPL",
          video("libx264", "h264", WIDE),
          video("libopenh264", "h264", List.of("yuv420p", "yuvj420p")),
          hardware("h264_nvenc", "h264"),
          video("libx265", "hevc", WIDE),
          video("libsvtav1", "av1", List.of("yuv420p", "yuv420p10le")),
          video("libaom-av1", "av1", WIDE),
          video("libvpx-vp9", "vp9", List.of("yuv420p", "yuva420p", "yuv444p")),
          aac(),
          opus());

  static final Capabilities LGPL = without("LGPL", "libx264", "libx265");

  private TestBuild() {}

  /** The GPL build without some encoders or filters. */
  static Capabilities without(String build, String... names) {
    Set<String> missing = Set.of(names);
    return new Capabilities(
        build,
        GPL.encoders().stream().filter(facts -> !missing.contains(facts.name())).toList(),
        GPL.filters().stream().filter(name -> !missing.contains(name)).toList(),
        GPL.containers());
  }

  private static Capabilities build(String name, EncoderFacts... encoders) {
    return new Capabilities(
        name,
        Stream.of(encoders).toList(),
        List.of("bwdif", "scale", "zscale", "tonemap", "format"),
        CONTAINERS);
  }

  private static EncoderFacts video(String name, String codec, List<String> pixelFormats) {
    return new EncoderFacts(
        name, codec, /* hardware= */ false, pixelFormats, List.of(), List.of(), OPTIONS);
  }

  private static EncoderFacts hardware(String name, String codec) {
    return new EncoderFacts(
        name, codec, /* hardware= */ true, List.of("yuv420p"), List.of(), List.of(), OPTIONS);
  }

  private static EncoderFacts aac() {
    return new EncoderFacts(
        "aac",
        "aac",
        false,
        List.of(),
        List.of("fltp"),
        List.of(96000, 48000, 44100, 32000, 16000, 8000),
        List.of());
  }

  private static EncoderFacts opus() {
    return new EncoderFacts(
        "libopus",
        "opus",
        false,
        List.of(),
        List.of("s16", "flt"),
        List.of(48000, 24000, 16000, 12000, 8000),
        List.of());
  }
}
