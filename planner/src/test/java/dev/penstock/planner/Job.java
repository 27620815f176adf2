package dev.penstock.planner;

import dev.penstock.model.AudioCodec;
import dev.penstock.model.Capabilities;
import dev.penstock.model.Crop;
import dev.penstock.model.Failure;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.VideoTarget;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Builds a job, option by option, and plans it. */
final class Job {
  private final String output;
  private Optional<VideoTarget> target = Optional.empty();
  private Optional<Preset> preset = Optional.empty();
  private Optional<Tuning> tune = Optional.empty();
  private OptionalLong bitrate = OptionalLong.empty();
  private OptionalLong maxBitrate = OptionalLong.empty();
  private OptionalLong buffer = OptionalLong.empty();
  private OptionalDouble quality = OptionalDouble.empty();
  private Optional<Gop> gop = Optional.empty();
  private Optional<SizeSpec> size = Optional.empty();
  private Optional<Rational> fps = Optional.empty();
  private Optional<Crop> crop = Optional.empty();
  private Optional<PadSpec> pad = Optional.empty();
  private JobSpec.Deinterlace deinterlace = JobSpec.Deinterlace.AUTO;
  private JobSpec.Rotate rotate = JobSpec.Rotate.AUTO;
  private Optional<JobSpec.Hdr> hdr = Optional.empty();
  private Optional<String> pixelFormat = Optional.empty();
  private Map<String, String> encoderOptions = Map.of();
  private Optional<AudioTarget> audio = Optional.empty();
  private List<Integer> audioTracks = List.of();
  private OptionalDouble loudness = OptionalDouble.empty();
  private JobSpec.Subtitles subtitles = JobSpec.Subtitles.AUTO;
  private Optional<Duration> start = Optional.empty();
  private Optional<Duration> duration = Optional.empty();
  private JobSpec.Segments segments = new JobSpec.Segments.Auto();
  private JobSpec.Hardware hardware = JobSpec.Hardware.AUTO;
  private OptionalInt threads = OptionalInt.empty();

  private Job(String output) {
    this.output = output;
  }

  static Job to(String output) {
    return new Job(output);
  }

  Job codec(VideoCodec codec) {
    target = Optional.of(new VideoTarget.Encode(codec));
    return this;
  }

  Job copyVideo() {
    target = Optional.of(new VideoTarget.Copy());
    return this;
  }

  Job preset(Preset value) {
    preset = Optional.of(value);
    return this;
  }

  Job tune(Tuning value) {
    tune = Optional.of(value);
    return this;
  }

  Job bitrate(long bits) {
    bitrate = OptionalLong.of(bits);
    return this;
  }

  Job maxBitrate(long bits) {
    maxBitrate = OptionalLong.of(bits);
    return this;
  }

  Job buffer(long bits) {
    buffer = OptionalLong.of(bits);
    return this;
  }

  Job quality(double value) {
    quality = OptionalDouble.of(value);
    return this;
  }

  Job gop(Gop value) {
    gop = Optional.of(value);
    return this;
  }

  Job size(SizeSpec value) {
    size = Optional.of(value);
    return this;
  }

  Job lines(int count) {
    return size(new SizeSpec.Lines(count));
  }

  Job fps(int num, int den) {
    fps = Optional.of(new Rational(num, den));
    return this;
  }

  Job crop(int width, int height, int x, int y) {
    crop = Optional.of(new Crop(width, height, x, y));
    return this;
  }

  Job pad(int width, int height) {
    pad = Optional.of(new PadSpec.To(new Size(width, height)));
    return this;
  }

  Job padAspect(int num, int den) {
    pad = Optional.of(new PadSpec.Aspect(new Rational(num, den)));
    return this;
  }

  Job deinterlace(JobSpec.Deinterlace value) {
    deinterlace = value;
    return this;
  }

  Job rotateOff() {
    rotate = JobSpec.Rotate.OFF;
    return this;
  }

  Job hdr(JobSpec.Hdr value) {
    hdr = Optional.of(value);
    return this;
  }

  Job pixelFormat(String value) {
    pixelFormat = Optional.of(value);
    return this;
  }

  Job option(String name, String value) {
    encoderOptions = Map.of(name, value);
    return this;
  }

  Job audio(AudioCodec codec) {
    audio = Optional.of(new AudioTarget.Encode(codec, OptionalLong.empty()));
    return this;
  }

  Job audio(AudioCodec codec, long bits) {
    audio = Optional.of(new AudioTarget.Encode(codec, OptionalLong.of(bits)));
    return this;
  }

  Job audio(AudioTarget value) {
    audio = Optional.of(value);
    return this;
  }

  Job audioTracks(Integer... numbers) {
    audioTracks = List.of(numbers);
    return this;
  }

  Job loudness(double value) {
    loudness = OptionalDouble.of(value);
    return this;
  }

  Job subtitles(JobSpec.Subtitles value) {
    subtitles = value;
    return this;
  }

  Job start(double seconds) {
    start = Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
    return this;
  }

  Job duration(double seconds) {
    duration = Optional.of(Duration.ofNanos((long) (seconds * 1e9)));
    return this;
  }

  Job hardware(JobSpec.Hardware value) {
    hardware = value;
    return this;
  }

  Job threads(int count) {
    threads = OptionalInt.of(count);
    return this;
  }

  Job segments(JobSpec.Segments value) {
    segments = value;
    return this;
  }

  /** Planned knowing where the source's frames are. */
  Planning.Planned planned(TestMedia media, FrameIndex frames) {
    return planned(media, frames, TestBuild.GPL);
  }

  Planning.Planned planned(TestMedia media, FrameIndex frames, Capabilities build) {
    Planning planning = Planner.plan(spec(), media.info(), build, Optional.of(frames));
    return (Planning.Planned) planning;
  }

  JobSpec spec() {
    return new JobSpec(
        "in.mkv",
        output,
        new JobSpec.Video(
            target,
            preset,
            tune,
            bitrate,
            maxBitrate,
            buffer,
            quality,
            gop,
            size,
            fps,
            crop,
            pad,
            deinterlace,
            rotate,
            hdr,
            pixelFormat,
            encoderOptions),
        new JobSpec.Audio(audio, audioTracks, loudness),
        subtitles,
        new JobSpec.Trim(start, duration),
        segments,
        hardware,
        threads,
        /* strict= */ false);
  }

  Planning plan(TestMedia media, Capabilities build) {
    return Planner.plan(spec(), media.info(), build);
  }

  Planning.Planned planned(TestMedia media) {
    return planned(media, TestBuild.GPL);
  }

  Planning.Planned planned(TestMedia media, Capabilities build) {
    return switch (plan(media, build)) {
      case Planning.Planned planned -> planned;
      case Planning.Refused(List<Failure> reasons) ->
          throw new AssertionError(
              "refused: " + reasons.stream().map(reason -> reason.diagnosis().line()).toList());
    };
  }

  /** The one video track, encoded. */
  Plan.EncodeVideo encoded(TestMedia media) {
    return encoded(media, TestBuild.GPL);
  }

  Plan.EncodeVideo encoded(TestMedia media, Capabilities build) {
    return planned(media, build).plan().tracks().stream()
        .filter(Plan.EncodeVideo.class::isInstance)
        .map(Plan.EncodeVideo.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** The one audio track, encoded. */
  Plan.EncodeAudio sound(TestMedia media) {
    return planned(media).plan().tracks().stream()
        .filter(Plan.EncodeAudio.class::isInstance)
        .map(Plan.EncodeAudio.class::cast)
        .findFirst()
        .orElseThrow();
  }

  /** The reasons of a refusal, one line each. */
  List<String> refused(TestMedia media) {
    return refused(media, TestBuild.GPL);
  }

  List<String> refused(TestMedia media, Capabilities build) {
    return switch (plan(media, build)) {
      case Planning.Planned planned -> throw new AssertionError("planned: " + planned.plan());
      case Planning.Refused(List<Failure> reasons) ->
          reasons.stream().map(reason -> reason.diagnosis().line()).toList();
    };
  }
}
