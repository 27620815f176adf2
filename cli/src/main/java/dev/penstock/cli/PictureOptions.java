package dev.penstock.cli;

import dev.penstock.model.Crop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.Preset;
import dev.penstock.model.Tuning;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked of pictures, of whatever size and rate they become. */
@Heading("Video")
final class PictureOptions {
  @Option(
      names = "--preset",
      paramLabel = "P",
      completionCandidates = Words.Presets.class,
      description = "p1 (fastest) to p7 (best): one scale for all encoders.")
  @Nullable Preset preset;

  @Option(
      names = "--tune",
      paramLabel = "AIM",
      completionCandidates = Words.Tunings.class,
      description =
          "quality (default), low-latency or ultra-low-latency (no picture waits for one behind it),"
              + " or lossless.")
  @Nullable Tuning tune;

  @Option(
      names = "--crop",
      paramLabel = "WxH+X+Y",
      description = "The part of the picture, as displayed, that is kept.")
  @Nullable Crop crop;

  @Option(
      names = "--deinterlace",
      paramLabel = "WHEN",
      completionCandidates = Words.Deinterlacing.class,
      description = "auto (default), on or off.")
  JobSpec.Deinterlace deinterlace = JobSpec.Deinterlace.AUTO;

  @Option(
      names = "--hdr",
      paramLabel = "WHAT",
      completionCandidates = Words.HighDynamicRange.class,
      description = "keep, or sdr to map the picture to standard dynamic range.")
  JobSpec.@Nullable Hdr hdr;
}
