package dev.penstock.model;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * A ladder as the user asks for it: several renditions of one input.
 *
 * @param input path or URL
 * @param folder where the renditions and playlists go
 * @param codecs one set of rungs each, where the rungs do not name their own
 * @param video what is asked of all rungs alike; sizes and rates are the rungs'
 * @param audio renditions of each audio track, best first; empty for the default
 * @param audioTracks which of the input's audio tracks, counted from 1; empty for all
 * @param loudness integrated loudness to bring the sound to, LUFS
 * @param gop distance of key frames, the same on all rungs
 * @param segment length of the segments that players fetch
 * @param delivery how they lie and are protected
 */
public record LadderSpec(
    String input,
    String folder,
    Rungs rungs,
    List<VideoCodec> codecs,
    Set<Form> forms,
    JobSpec.Video video,
    List<JobSpec.AudioTarget> audio,
    List<Integer> audioTracks,
    OptionalDouble loudness,
    JobSpec.Subtitles subtitles,
    Duration gop,
    Duration segment,
    JobSpec.Segments segments,
    JobSpec.Hardware hardware,
    OptionalInt threads,
    boolean strict,
    Delivery delivery)
    implements Job {
  public LadderSpec {
    codecs = List.copyOf(codecs);
    forms = java.util.Collections.unmodifiableSet(new TreeSet<>(forms));
    audio = List.copyOf(audio);
    audioTracks = List.copyOf(audioTracks);
  }

  /** Delivered plainly. */
  public LadderSpec(
      String input,
      String folder,
      Rungs rungs,
      List<VideoCodec> codecs,
      Set<Form> forms,
      JobSpec.Video video,
      List<JobSpec.AudioTarget> audio,
      List<Integer> audioTracks,
      OptionalDouble loudness,
      JobSpec.Subtitles subtitles,
      Duration gop,
      Duration segment,
      JobSpec.Segments segments,
      JobSpec.Hardware hardware,
      OptionalInt threads,
      boolean strict) {
    this(
        input,
        folder,
        rungs,
        codecs,
        forms,
        video,
        audio,
        audioTracks,
        loudness,
        subtitles,
        gop,
        segment,
        segments,
        hardware,
        threads,
        strict,
        Delivery.PLAIN);
  }

  /** The same with other rungs. */
  public LadderSpec withRungs(Rungs wanted) {
    return with(input, folder, wanted, segments, delivery);
  }

  @Override
  public LadderSpec withSegments(JobSpec.Segments wanted) {
    return with(input, folder, rungs, wanted, delivery);
  }

  /** The same, delivered otherwise. */
  public LadderSpec withDelivery(Delivery wanted) {
    return with(input, folder, rungs, segments, wanted);
  }

  @Override
  public LadderSpec withPlaces(String from, String to) {
    return with(from, to, rungs, segments, delivery);
  }

  private LadderSpec with(
      String from, String to, Rungs otherRungs, JobSpec.Segments cut, Delivery delivered) {
    return new LadderSpec(
        from,
        to,
        otherRungs,
        codecs,
        forms,
        video,
        audio,
        audioTracks,
        loudness,
        subtitles,
        gop,
        segment,
        cut,
        hardware,
        threads,
        strict,
        delivered);
  }

  /** What is written. */
  public enum Form {
    HLS,
    DASH,
    /** A playable MP4 file for each rung. */
    FILES
  }

  /** Which renditions there are. */
  public sealed interface Rungs {
    /** Worked out from the source. */
    record Auto() implements Rungs {}

    /** Found by measuring short encodes of the source. */
    record PerTitle() implements Rungs {}

    record Listed(List<RungSpec> rungs) implements Rungs {
      public Listed {
        rungs = List.copyOf(rungs);
      }
    }

    /** Whether an average bit rate is asked of any. */
    default boolean keepAverages() {
      return this instanceof Listed(List<RungSpec> rungs)
          && rungs.stream().anyMatch(rung -> rung.bitrate().isPresent());
    }
  }

  /**
   * One rendition.
   *
   * @param bitrate average, bits per second
   * @param maxBitrate peak, over the time that the buffer allows
   * @param buffer of the decoder, bits
   * @param preset where it is another than that of the ladder
   * @param profile the most of the codec that decoders must know, by the encoder's name for it
   */
  public record RungSpec(
      SizeSpec.Lines size,
      Optional<VideoCodec> codec,
      OptionalLong bitrate,
      OptionalLong maxBitrate,
      OptionalDouble quality,
      OptionalLong buffer,
      Optional<Preset> preset,
      Optional<String> profile) {
    /** With the buffer, preset and profile that the planner chooses. */
    public RungSpec(
        SizeSpec.Lines size,
        Optional<VideoCodec> codec,
        OptionalLong bitrate,
        OptionalLong maxBitrate,
        OptionalDouble quality) {
      this(
          size,
          codec,
          bitrate,
          maxBitrate,
          quality,
          OptionalLong.empty(),
          Optional.empty(),
          Optional.empty());
    }
  }
}
