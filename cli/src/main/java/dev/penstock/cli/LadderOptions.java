package dev.penstock.cli;

import dev.penstock.engine.packaging.ContentKey;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is asked of a ladder. */
@Heading("Ladder")
final class LadderOptions {
  @Option(
      names = "--rungs",
      paramLabel = "LIST",
      description =
          "auto (default), or sizes with an average bit rate or a quality: 1080p:5M,720p:q23,480p;"
              + " of each also max=, buffer=, preset=, profile= and a codec:"
              + " 1080p:5M:max=7M:profile=high:hevc.")
  LadderSpec.Rungs rungs = new LadderSpec.Rungs.Auto();

  @Option(
      names = "--per-title",
      description =
          "Find the rungs by measuring: short encodes of parts of IN in all sizes tell which size"
              + " and bit rate give the best quality.")
  boolean perTitle;

  @Option(
      names = "--format",
      paramLabel = "WHAT",
      completionCandidates = Words.LadderFormats.class,
      description =
          "hls (default), dash, both (one set of segments), or files: a playable MP4 for each rung.")
  Formats format = new Formats(Set.of(LadderSpec.Form.HLS));

  @Option(
      names = "--segment",
      paramLabel = "TIME",
      description = "About how long a segment is that players fetch. Default: 6s.")
  Duration segment = Duration.ofSeconds(6);

  @Option(
      names = "--codecs",
      paramLabel = "LIST",
      description = "h264 (default), hevc, av1: a set of rungs for each.")
  Codecs codecs = new Codecs(List.of(VideoCodec.H264));

  @Option(
      names = "--gop",
      paramLabel = "TIME",
      description = "Distance of key frames, the same on all rungs. Default: 2s.")
  Duration gop = Duration.ofSeconds(2);

  @Option(
      names = "--audio",
      paramLabel = "LIST",
      description = "Renditions of each audio track: aac:128k,opus:96k; copy; none. Default: aac.")
  @Nullable AudioList audio;

  @Option(
      names = "--segments",
      paramLabel = "WHAT",
      description =
          "Encode the pictures in segments, side by side: auto (default: from 24 s on, where the"
              + " source allows it), off, or a length such as 12s. The bytes written depend on it.")
  JobSpec.Segments segments = new JobSpec.Segments.Auto();

  @Mixin DeliveryOptions delivery = new DeliveryOptions();

  @Mixin PictureOptions picture = new PictureOptions();

  @Mixin TrackOptions tracks = new TrackOptions();

  @Mixin MachineOptions machine = new MachineOptions();

  /**
   * @param key what is to be encrypted with, of {@link #delivery}
   */
  LadderSpec spec(String input, String folder, Optional<ContentKey> key) {
    return new LadderSpec(
        input,
        folder,
        rungs(),
        codecs.list(),
        format.forms(),
        video(),
        audio == null ? List.of() : audio.targets(),
        tracks.numbers(),
        tracks.lufs(),
        tracks.subtitles,
        positive("--gop", gop),
        positive("--segment", segment),
        segments,
        machine.hardware(),
        machine.threadCount(),
        machine.strict,
        delivery.delivery(key));
  }

  private LadderSpec.Rungs rungs() {
    if (!perTitle) {
      return rungs;
    }
    if (rungs instanceof LadderSpec.Rungs.Listed) {
      throw new UsageException(
          "--per-title",
          "does not go with listed --rungs: rungs are either given or found",
          "leave one of them away");
    }
    return new LadderSpec.Rungs.PerTitle();
  }

  private static Duration positive(String option, Duration time) {
    if (!time.isPositive()) {
      throw new UsageException(option, "is not above zero", "give a time such as 2s");
    }
    return time;
  }

  private JobSpec.Video video() {
    return new JobSpec.Video(
        Optional.empty(),
        Optional.ofNullable(picture.preset),
        Optional.ofNullable(picture.tune),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalLong.empty(),
        OptionalDouble.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.ofNullable(picture.crop),
        Optional.empty(),
        picture.deinterlace,
        JobSpec.Rotate.AUTO,
        Optional.ofNullable(picture.hdr),
        Optional.empty(),
        Map.of());
  }

  /** What is written. */
  record Formats(Set<LadderSpec.Form> forms) {}

  /** Several codecs. */
  record Codecs(List<VideoCodec> list) {}

  /** Several audio renditions. */
  record AudioList(List<JobSpec.AudioTarget> targets) {}
}
