package dev.penstock.engine;

import dev.penstock.av.Codecs;
import dev.penstock.model.Capabilities;
import dev.penstock.model.Capabilities.ContainerFacts;
import dev.penstock.model.Capabilities.EncoderFacts;
import dev.penstock.model.VideoCodec;
import java.util.ArrayList;
import java.util.List;

/** What this build and machine can encode with. */
public final class Survey {
  private static final List<String> SOFTWARE =
      List.of(
          "libx264",
          "libopenh264",
          "libx265",
          "libsvtav1",
          "libaom-av1",
          "libvpx-vp9",
          "aac",
          "libopus");
  private static final List<String> SUBTITLES = List.of("mov_text", "subrip", "webvtt", "ass");
  private static final List<String> CONTAINERS =
      List.of("mp4", "mov", "matroska", "webm", "mpegts", "ipod");
  private static final List<String> FILTERS =
      List.of(
          "zscale",
          "tonemap",
          "bwdif",
          "aresample",
          "alimiter",
          "ebur128",
          "scale_cuda",
          "bwdif_cuda",
          "pad_cuda",
          "scale_vaapi",
          "deinterlace_vaapi",
          "transpose_vaapi",
          "pad_vaapi",
          "vpp_qsv");

  private Survey() {}

  /** What the linked libraries declare. Cheap; nothing is opened. */
  public static Capabilities declared() {
    List<EncoderFacts> encoders = new ArrayList<>();
    for (String name : encoderNames()) {
      Codecs.encoder(name).ifPresent(encoders::add);
    }
    List<ContainerFacts> containers = new ArrayList<>();
    for (String name : CONTAINERS) {
      Codecs.container(name).ifPresent(containers::add);
    }
    return new Capabilities(Codecs.build(), encoders, Codecs.filters(FILTERS), containers);
  }

  private static List<String> encoderNames() {
    List<String> names = new ArrayList<>(SOFTWARE);
    names.addAll(SUBTITLES);
    for (VideoCodec codec : VideoCodec.values()) {
      Codecs.encodersOf(codec.id()).stream()
          .filter(name -> !names.contains(name))
          .forEach(names::add);
    }
    return names;
  }
}
