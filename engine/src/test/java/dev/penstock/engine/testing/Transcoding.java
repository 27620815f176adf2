package dev.penstock.engine.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.penstock.engine.Cancellation;
import dev.penstock.engine.Engine;
import dev.penstock.engine.Input;
import dev.penstock.engine.Survey;
import dev.penstock.model.AudioCodec;
import dev.penstock.model.Capabilities;
import dev.penstock.model.CodedStretch;
import dev.penstock.model.Crop;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.Gop;
import dev.penstock.model.JobSpec;
import dev.penstock.model.JobSpec.AudioTarget;
import dev.penstock.model.JobSpec.VideoTarget;
import dev.penstock.model.Outcome;
import dev.penstock.model.PadSpec;
import dev.penstock.model.Planning;
import dev.penstock.model.Preset;
import dev.penstock.model.Progress;
import dev.penstock.model.Rational;
import dev.penstock.model.Receipt;
import dev.penstock.model.Report;
import dev.penstock.model.SizeSpec;
import dev.penstock.model.Tuning;
import dev.penstock.model.VideoCodec;
import dev.penstock.planner.Planner;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Consumer;

/**
 * A job as a user would give it, option by option, and run the way the command runs it: {@link
 * Input#open}, {@link Planner#plan}, {@link Engine#execute}.
 */
public final class Transcoding {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Asked of the build once: it does not change. */
  private static final class Build {
    static final Capabilities CAPABILITIES = Survey.declared();
  }

  private final String input;
  private final Path output;
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
  private final Map<String, String> encoderOptions = new LinkedHashMap<>();
  private Optional<AudioTarget> audio = Optional.empty();
  private List<Integer> audioTracks = List.of();
  private OptionalDouble loudness = OptionalDouble.empty();
  private JobSpec.Subtitles subtitles = JobSpec.Subtitles.AUTO;
  private Optional<Duration> start = Optional.empty();
  private Optional<Duration> duration = Optional.empty();
  private JobSpec.Segments segments = new JobSpec.Segments.Auto();
  private OptionalInt lanes = OptionalInt.empty();
  private OptionalInt threads = OptionalInt.empty();
  private JobSpec.Hardware hardware = JobSpec.Hardware.AUTO;
  private List<Device> gpus = List.of();
  private Duration patience = TIMEOUT;
  private Optional<Engine.Sessions> sessions = Optional.empty();
  private Consumer<Progress> progress = _ -> {};
  private Optional<Consumer<CodedStretch>> coded = Optional.empty();

  private Transcoding(String input, Path output) {
    this.input = input;
    this.output = output;
  }

  /** Nothing is asked for yet but the output's container, by its name. */
  public static Transcoding of(Path input, Path output) {
    return of(input.toString(), output);
  }

  /** Of a path, a URL or {@code -}. */
  public static Transcoding of(String input, Path output) {
    return new Transcoding(input, output);
  }

  /** The test is skipped where the build has no encoder for the codec. */
  public Transcoding codec(VideoCodec codec) {
    assumeTrue(encodes(codec), () -> "this build has no encoder for " + codec);
    target = Optional.of(new VideoTarget.Encode(codec));
    return this;
  }

  public Transcoding copyVideo() {
    target = Optional.of(new VideoTarget.Copy());
    return this;
  }

  public Transcoding tune(Tuning value) {
    tune = Optional.of(value);
    return this;
  }

  public Transcoding preset(Preset value) {
    preset = Optional.of(value);
    return this;
  }

  /** Skips the test where the build lacks an encoder, by libav's name, that it is about. */
  public Transcoding with(String encoder) {
    assumeTrue(has(encoder), () -> "this build lacks " + encoder);
    return this;
  }

  /** Whether the build has an encoder, by libav's name. */
  public static boolean has(String encoder) {
    return Build.CAPABILITIES.encoder(encoder).isPresent();
  }

  /** Whether the build has an encoder for a codec that needs no device. */
  public static boolean encodes(VideoCodec codec) {
    return Build.CAPABILITIES.encoders().stream()
        .anyMatch(encoder -> encoder.codec().equals(codec.id()) && !encoder.hardware());
  }

  /** Encodes with the fastest preset. */
  public Transcoding quick() {
    return preset(Preset.P1);
  }

  public Transcoding bitrate(long bits) {
    bitrate = OptionalLong.of(bits);
    return this;
  }

  public Transcoding maxBitrate(long bits) {
    maxBitrate = OptionalLong.of(bits);
    return this;
  }

  public Transcoding buffer(long bits) {
    buffer = OptionalLong.of(bits);
    return this;
  }

  public Transcoding quality(double value) {
    quality = OptionalDouble.of(value);
    return this;
  }

  public Transcoding segments(JobSpec.Segments value) {
    segments = value;
    return this;
  }

  public Transcoding lanes(int count) {
    lanes = OptionalInt.of(count);
    return this;
  }

  public Transcoding gop(Gop value) {
    gop = Optional.of(value);
    return this;
  }

  public Transcoding size(SizeSpec value) {
    size = Optional.of(value);
    return this;
  }

  public Transcoding fps(String rate) {
    fps = Optional.of(Rational.parse(rate));
    return this;
  }

  public Transcoding crop(int width, int height, int x, int y) {
    crop = Optional.of(new Crop(width, height, x, y));
    return this;
  }

  public Transcoding pad(PadSpec value) {
    pad = Optional.of(value);
    return this;
  }

  public Transcoding deinterlace(JobSpec.Deinterlace value) {
    deinterlace = value;
    return this;
  }

  public Transcoding rotateOff() {
    rotate = JobSpec.Rotate.OFF;
    return this;
  }

  public Transcoding hdr(JobSpec.Hdr value) {
    hdr = Optional.of(value);
    return this;
  }

  public Transcoding pixelFormat(String name) {
    pixelFormat = Optional.of(name);
    return this;
  }

  public Transcoding encoderOption(String name, String value) {
    encoderOptions.put(name, value);
    return this;
  }

  public Transcoding audio(AudioTarget value) {
    audio = Optional.of(value);
    return this;
  }

  public Transcoding audio(AudioCodec codec) {
    return audio(new AudioTarget.Encode(codec, OptionalLong.empty()));
  }

  public Transcoding audio(AudioCodec codec, long bits) {
    return audio(new AudioTarget.Encode(codec, OptionalLong.of(bits)));
  }

  public Transcoding copyAudio() {
    return audio(new AudioTarget.Copy());
  }

  public Transcoding audioTracks(Integer... numbers) {
    audioTracks = List.of(numbers);
    return this;
  }

  public Transcoding loudness(double lufs) {
    loudness = OptionalDouble.of(lufs);
    return this;
  }

  public Transcoding subtitles(JobSpec.Subtitles value) {
    subtitles = value;
    return this;
  }

  public Transcoding start(Duration value) {
    start = Optional.of(value);
    return this;
  }

  public Transcoding start(long millis) {
    return start(Duration.ofMillis(millis));
  }

  public Transcoding duration(long millis) {
    duration = Optional.of(Duration.ofMillis(millis));
    return this;
  }

  public Transcoding threads(int count) {
    threads = OptionalInt.of(count);
    return this;
  }

  /** On a machine with these GPUs. */
  public Transcoding on(List<Device> devices) {
    gpus = devices;
    return this;
  }

  public Transcoding hardware(JobSpec.Hardware value) {
    hardware = value;
    return this;
  }

  /** How long a call of a GPU may take. */
  public Transcoding patience(Duration value) {
    patience = value;
    return this;
  }

  /** What processes share of sessions. */
  public Transcoding sessions(Engine.Sessions value) {
    sessions = Optional.of(value);
    return this;
  }

  /** Who is told how far it is. */
  public Transcoding progress(Consumer<Progress> value) {
    progress = value;
    return this;
  }

  public JobSpec spec() {
    return new JobSpec(
        input,
        output.toString(),
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

  /** Tells how its pictures are coded. */
  public Transcoding coded(Consumer<CodedStretch> told) {
    coded = Optional.of(told);
    return this;
  }

  /** Runs it; the test fails when it is refused or fails. */
  public Done run() {
    return switch (outcome()) {
      case Outcome.Done(Report report) -> new Done(report, output);
      case Outcome.Failed failed -> throw new AssertionError(failed.failure().diagnosis().line());
      case Outcome.Uncuttable(String why) -> throw new AssertionError("uncuttable: " + why);
      case Outcome.Cancelled _ -> throw new AssertionError("cancelled");
    };
  }

  /** Runs it; the test fails when it is refused or does not fail. */
  public Failure failure() {
    return switch (outcome()) {
      case Outcome.Failed(Failure failure) -> failure;
      case Outcome.Done done -> throw new AssertionError("done: " + done.report().tracks());
      case Outcome.Uncuttable(String why) -> throw new AssertionError("uncuttable: " + why);
      case Outcome.Cancelled _ -> throw new AssertionError("cancelled");
    };
  }

  /** Runs it until so many frames are encoded, or a little more; the test fails when it is done. */
  public void endAfter(long frames) {
    Cancellation cancellation = new Cancellation();
    Outcome outcome =
        outcome(
            cancellation,
            progress -> {
              if (progress.frames() >= frames) {
                cancellation.cancel();
              }
            });
    if (!(outcome instanceof Outcome.Cancelled)) {
      throw new AssertionError("not ended: " + outcome);
    }
  }

  /** Runs it until somebody ends it; the test fails when it is done. */
  public void runUntil(Cancellation ended) {
    Outcome outcome = outcome(ended, progress);
    if (!(outcome instanceof Outcome.Cancelled)) {
      throw new AssertionError("not ended: " + outcome);
    }
  }

  /** Runs it. */
  public Outcome outcome() {
    return outcome(new Cancellation(), progress);
  }

  private Outcome outcome(Cancellation cancellation, Consumer<Progress> told) {
    Input.Options reading = new Input.Options(TIMEOUT, _ -> {});
    try (Input opened = Input.open(input, reading, cancellation)) {
      Planning.Planned planned = planned(opened);
      Engine.Options running =
          new Engine.Options(/* overwrite= */ false, lanes, Optional.empty(), told, _ -> {})
              .withPatience(patience);
      Engine.Options sharing = sessions.map(running::withSessions).orElse(running);
      return Engine.execute(
          planned, opened, coded.map(sharing::withCoded).orElse(sharing), cancellation);
    }
  }

  /** Plans it only. */
  public Planning.Planned planned() {
    Input.Options reading = new Input.Options(TIMEOUT, _ -> {});
    try (Input opened = Input.open(input, reading, new Cancellation())) {
      return planned(opened);
    }
  }

  private Planning.Planned planned(Input opened) {
    JobSpec spec = spec();
    return switch (Planner.plan(
        spec,
        opened.infoFor(spec),
        Build.CAPABILITIES.withDevices(gpus),
        opened.indexFor(spec, gpus))) {
      case Planning.Planned planned -> planned;
      case Planning.Refused refused ->
          throw new AssertionError(
              "refused: " + refused.reasons().stream().map(r -> r.diagnosis().line()).toList());
    };
  }

  /** A job that was done. */
  public record Done(Report report, Path file) {
    /** What the oracle reads in the output. */
    public Media media() {
      return Media.of(file);
    }

    /** What was decided for a subject of the receipt, such as {@code video track 0}. */
    public String choice(String subject) {
      return report.receipt().decisions().stream()
          .filter(decision -> decision.subject().equals(subject))
          .map(Receipt.Decision::choice)
          .findFirst()
          .orElseThrow(
              () -> new AssertionError("no decision about " + subject + ": " + report.receipt()));
    }

    public List<String> notes() {
      return report.receipt().notes();
    }

    /** The account of one track of the plan. */
    public Report.TrackResult track(int slot) {
      return report.tracks().get(slot);
    }
  }
}
