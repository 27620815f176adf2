package dev.penstock.cli;

import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Rational;
import dev.penstock.model.SizeSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What is asked of every video track. */
@Heading("Video")
final class VideoOptions {
  @Option(
      names = "--codec",
      paramLabel = "CODEC",
      completionCandidates = Words.Codecs.class,
      description = "h264, hevc, av1, vp9, or copy to keep the video as it is.")
  JobSpec.@Nullable VideoTarget codec;

  @Mixin PictureOptions picture = new PictureOptions();

  @Option(
      names = "--quality",
      paramLabel = "N",
      description =
          "Constant quality on the encoder's own scale; lower is better. Not with --bitrate.")
  @Nullable Double quality;

  @Option(names = "--bitrate", paramLabel = "RATE", description = "Average bit rate: 5M, 800k.")
  @Nullable BitRate bitrate;

  @Option(
      names = "--max-bitrate",
      paramLabel = "RATE",
      description = "Peak bit rate, over the time that --buffer allows.")
  @Nullable BitRate maxBitrate;

  @Option(
      names = "--buffer",
      paramLabel = "BITS",
      description = "Size of the decoder buffer that --max-bitrate is kept against: 10M.")
  @Nullable BitRate buffer;

  @Option(
      names = "--gop",
      paramLabel = "LENGTH",
      description = "Longest distance between key frames: a time (2s) or frames (60).")
  @Nullable Gop gop;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      description =
          "720p (lines of the shorter side), 1280x720 (the largest that fits inside), 1280x720!"
              + " (exactly) or 50%%.")
  @Nullable SizeSpec size;

  @Option(
      names = "--fps",
      paramLabel = "RATE",
      description = "Constant frame rate: 25, 29.97 or 30000/1001. Without it timing is kept.")
  @Nullable Rational fps;

  @Option(
      names = "--pad",
      paramLabel = "SIZE",
      description = "Black bars up to a size (1280x720) or an aspect (16:9).")
  @Nullable PadSpec pad;

  @Option(
      names = "--rotate",
      paramLabel = "WHEN",
      completionCandidates = Words.Rotation.class,
      description = "auto (default) turns the pixels as the file asks; off keeps the mark.")
  JobSpec.Rotate rotate = JobSpec.Rotate.AUTO;

  @Option(
      names = "--pixel-format",
      paramLabel = "NAME",
      description = "libav's name, such as yuv420p10le.")
  @Nullable String pixelFormat;

  @Option(
      names = "--encoder-option",
      paramLabel = "NAME=VALUE",
      description = "An option of the video encoder itself. May be given more than once.")
  List<EncoderOption> encoderOptions = new ArrayList<>();

  JobSpec.Video spec() {
    return new JobSpec.Video(
        Optional.ofNullable(codec),
        Optional.ofNullable(picture.preset),
        Optional.ofNullable(picture.tune),
        BitRate.optional(bitrate),
        BitRate.optional(maxBitrate),
        BitRate.optional(buffer),
        quality == null ? OptionalDouble.empty() : OptionalDouble.of(quality),
        Optional.ofNullable(gop),
        Optional.ofNullable(size),
        Optional.ofNullable(fps),
        Optional.ofNullable(picture.crop),
        Optional.ofNullable(pad),
        picture.deinterlace,
        rotate,
        Optional.ofNullable(picture.hdr),
        Optional.ofNullable(pixelFormat),
        namedOptions());
  }

  /** The last one counts, as with every other option. */
  private Map<String, String> namedOptions() {
    Map<String, String> named = new HashMap<>();
    encoderOptions.forEach(option -> named.put(option.name(), option.value()));
    return named;
  }
}
