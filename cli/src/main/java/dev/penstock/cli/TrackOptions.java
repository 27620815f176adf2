package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked of audio and subtitle tracks, whatever they are encoded to. */
@Heading("Audio and subtitles")
final class TrackOptions {
  @Option(
      names = "--audio-tracks",
      paramLabel = "N,N",
      description = "Which audio tracks, counted from 1. Default: all.")
  @Nullable TrackNumbers audioTracks;

  @Option(
      names = "--loudness",
      paramLabel = "LUFS",
      description = "Bring the programme to this loudness (EBU R128): -23LUFS.")
  @Nullable Lufs loudness;

  @Option(
      names = "--subtitles",
      paramLabel = "WHAT",
      completionCandidates = Words.SubtitleTargets.class,
      description =
          "auto (default: copied or converted as the container needs), copy, convert, none.")
  JobSpec.Subtitles subtitles = JobSpec.Subtitles.AUTO;

  List<Integer> numbers() {
    return audioTracks == null ? List.of() : audioTracks.numbers();
  }

  OptionalDouble lufs() {
    return loudness == null ? OptionalDouble.empty() : OptionalDouble.of(loudness.value());
  }
}
