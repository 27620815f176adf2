package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What is asked of the audio and subtitle tracks. */
@Heading("Audio and subtitles")
final class SoundOptions {
  @Option(
      names = "--audio",
      paramLabel = "CODEC",
      completionCandidates = Words.AudioTargets.class,
      description = "aac or opus, with a bit rate if wanted (aac:128k); copy; none.")
  JobSpec.@Nullable AudioTarget audio;

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

  JobSpec.Audio spec() {
    return new JobSpec.Audio(
        Optional.ofNullable(audio),
        audioTracks == null ? List.of() : audioTracks.numbers(),
        loudness == null ? OptionalDouble.empty() : OptionalDouble.of(loudness.value()));
  }
}
