package dev.penstock.cli;

import dev.penstock.model.JobSpec;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

  @Mixin TrackOptions tracks = new TrackOptions();

  JobSpec.Audio spec() {
    return new JobSpec.Audio(Optional.ofNullable(audio), tracks.numbers(), tracks.lufs());
  }
}
