package dev.penstock.cli;

import dev.penstock.model.LadderSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.VideoCodec;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What is asked of one rung. No command takes these: they are the keys of a rung in a job file,
 * which are read as options are.
 */
final class RungOptions {
  @Option(names = "--size", description = "Lines of the shorter side: 720p. Needed.")
  SizeSpec.@Nullable Lines size;

  @Option(names = "--codec", description = "h264, hevc or av1. Default: each of codecs.")
  @Nullable VideoCodec codec;

  @Option(names = "--bitrate", description = "Average bit rate: 5M, 800k.")
  @Nullable BitRate bitrate;

  @Option(
      names = "--max-bitrate",
      description = "Peak bit rate. Default: 1.5 times the average, where there is one.")
  @Nullable BitRate maxBitrate;

  @Option(
      names = "--quality",
      description =
          "Constant quality on the encoder's own scale; lower is better. Not with bitrate.")
  @Nullable Double quality;

  @Option(names = "--buffer", description = "The decoder's buffer, bits. With a bit rate.")
  @Nullable BitRate buffer;

  @Option(names = "--preset", description = "p1 (fast) to p7. Default: that of the ladder.")
  @Nullable Preset preset;

  @Option(
      names = "--profile",
      description = "The most that decoders must know: baseline, main, high; of HEVC main, main10.")
  @Nullable String profile;

  LadderSpec.RungSpec spec(SizeSpec.Lines lines) {
    return new LadderSpec.RungSpec(
        lines,
        Optional.ofNullable(codec),
        BitRate.optional(bitrate),
        BitRate.optional(maxBitrate),
        quality == null ? OptionalDouble.empty() : OptionalDouble.of(quality),
        BitRate.optional(buffer),
        Optional.ofNullable(preset),
        Optional.ofNullable(profile));
  }
}
