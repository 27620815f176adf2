package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What the user asks for; nothing that was worked out. Empty means "not asked": the planner then
 * chooses, and says so in the receipt.
 *
 * @param input path, URL or {@code -}
 * @param output path of the file to write
 * @param strict whether a damaged frame fails the job instead of being counted
 * @param segments part of the spec because it changes the bytes; how many are worked on at once is
 *     not
 * @param threads encoder threads; part of the spec because it changes the bytes
 */
public record JobSpec(
    String input,
    String output,
    Video video,
    Audio audio,
    Subtitles subtitles,
    Trim trim,
    Segments segments,
    Hardware hardware,
    OptionalInt threads,
    boolean strict)
    implements Job {

  /** The same to another file. */
  public JobSpec withOutput(String wanted) {
    return new JobSpec(
        input, wanted, video, audio, subtitles, trim, segments, hardware, threads, strict);
  }

  @Override
  public JobSpec withPlaces(String from, String to) {
    return new JobSpec(
        from, to, video, audio, subtitles, trim, segments, hardware, threads, strict);
  }

  /** The same with other pictures. */
  public JobSpec withVideo(Video wanted) {
    return new JobSpec(
        input, output, wanted, audio, subtitles, trim, segments, hardware, threads, strict);
  }

  /** The same with other sound. */
  public JobSpec withAudio(Audio wanted) {
    return new JobSpec(
        input, output, video, wanted, subtitles, trim, segments, hardware, threads, strict);
  }

  /** The same on other hardware. */
  public JobSpec withHardware(Hardware wanted) {
    return new JobSpec(
        input, output, video, audio, subtitles, trim, segments, wanted, threads, strict);
  }

  @Override
  public JobSpec withSegments(Segments wanted) {
    return new JobSpec(
        input, output, video, audio, subtitles, trim, wanted, hardware, threads, strict);
  }

  /** What is asked of every video track. */
  public record Video(
      Optional<VideoTarget> target,
      Optional<Preset> preset,
      Optional<Tuning> tune,
      OptionalLong bitrate,
      OptionalLong maxBitrate,
      OptionalLong buffer,
      OptionalDouble quality,
      Optional<Gop> gop,
      Optional<SizeSpec> size,
      Optional<Rational> fps,
      Optional<Crop> crop,
      Optional<PadSpec> pad,
      Deinterlace deinterlace,
      Rotate rotate,
      Optional<Hdr> hdr,
      Optional<String> pixelFormat,
      Map<String, String> encoderOptions) {
    public static final Video DEFAULT =
        new Video(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalLong.empty(),
            OptionalDouble.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Deinterlace.AUTO,
            Rotate.AUTO,
            Optional.empty(),
            Optional.empty(),
            Map.of());

    public Video {
      encoderOptions = Maps.inOrder(encoderOptions);
    }
  }

  /** What a video track becomes. */
  public sealed interface VideoTarget {
    record Encode(VideoCodec codec) implements VideoTarget {}

    record Copy() implements VideoTarget {}
  }

  /**
   * What is asked of the audio tracks.
   *
   * @param tracks which of the input's audio tracks, counted from 1; empty for all
   * @param loudness integrated loudness to bring them to, LUFS
   */
  public record Audio(Optional<AudioTarget> target, List<Integer> tracks, OptionalDouble loudness) {
    public static final Audio DEFAULT =
        new Audio(Optional.empty(), List.of(), OptionalDouble.empty());

    public Audio {
      tracks = List.copyOf(tracks);
    }
  }

  /** What an audio track becomes. */
  public sealed interface AudioTarget {
    record Encode(AudioCodec codec, OptionalLong bitrate) implements AudioTarget {}

    record Copy() implements AudioTarget {}

    record None() implements AudioTarget {}
  }

  /** The part of the input that is wanted. Empty: from its first frame, to its last. */
  public record Trim(Optional<Duration> start, Optional<Duration> duration) {
    public static final Trim ALL = new Trim(Optional.empty(), Optional.empty());
  }

  /** Whether the pictures are cut into segments that are encoded apart and joined again. */
  public sealed interface Segments {
    /** Where the source allows it and is long enough to gain by it. */
    record Auto() implements Segments {}

    record Off() implements Segments {}

    /** Of about this length. */
    record Every(Duration length) implements Segments {}
  }

  /** What becomes of subtitle tracks. */
  public enum Subtitles {
    /** Copied where the container can hold them, converted where it needs another text format. */
    AUTO,
    COPY,
    CONVERT,
    NONE
  }

  /** Whether interlaced pictures are made progressive. */
  public enum Deinterlace {
    AUTO,
    ON,
    OFF
  }

  /** Whether the container's rotation is applied to the pixels. */
  public enum Rotate {
    AUTO,
    OFF
  }

  /** What becomes of high dynamic range. */
  public enum Hdr {
    KEEP,
    SDR
  }

  /**
   * Which hardware works on the pictures.
   *
   * @param device a UUID, a PCI address or a part of the model's name; empty for any
   * @param api the interface to encoders; empty for the best
   */
  public record Hardware(Use use, Optional<String> device, Optional<Capability.Api> api) {
    /** Whether GPUs are used. */
    public enum Use {
      /** Where a trial has shown that it works; software otherwise. */
      AUTO,
      /** Also where nothing but the driver's word says that it works; software otherwise. */
      PREFER,
      /** Or the job is refused. */
      REQUIRE,
      OFF
    }

    public static final Hardware AUTO = any(Use.AUTO);
    public static final Hardware PREFER = any(Use.PREFER);
    public static final Hardware REQUIRE = any(Use.REQUIRE);
    public static final Hardware OFF = any(Use.OFF);

    private static Hardware any(Use use) {
      return new Hardware(use, Optional.empty(), Optional.empty());
    }
  }
}
