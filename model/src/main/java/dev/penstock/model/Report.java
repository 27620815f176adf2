package dev.penstock.model;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a finished job did.
 *
 * @param stages CPU-occupied wall time of each stage's thread, by stage name and track
 * @param firstPacket time from the engine's start to the first encoded packet
 * @param pieces how the work was cut up; empty when it was done in one
 * @param buffers the decoder's buffer of each track of segments that keeps to a maximum bit rate
 * @param outputs facts of the files that were written, read back from them; of a presentation, of
 *     each rendition
 * @param verification what was found when the outputs were looked at
 * @param cached the run that made it, when this one took the outputs from a cache
 */
public record Report(
    MediaInfo input,
    Plan plan,
    Receipt receipt,
    List<TrackResult> tracks,
    Duration elapsed,
    Optional<Duration> firstPacket,
    Map<String, Duration> stages,
    Optional<Pieces> pieces,
    List<Buffer> buffers,
    List<MediaInfo> outputs,
    Verification verification,
    Optional<Cached> cached,
    List<String> warnings) {
  public Report {
    tracks = List.copyOf(tracks);
    stages = Maps.sorted(stages);
    buffers = List.copyOf(buffers);
    warnings = List.copyOf(warnings);
    outputs = List.copyOf(outputs);
  }

  /** Facts of the file of a plan that writes one. */
  public MediaInfo output() {
    return outputs.getFirst();
  }

  /**
   * A run whose results are given again. Tracks, buffers and verification are those of that run.
   *
   * @param elapsed how long it took
   */
  public record Cached(Instant made, Duration elapsed) {}

  /**
   * Work that was cut up.
   *
   * @param segments of the pictures
   * @param reused pieces that were there, from a run before or from a way that was left
   * @param again segments of tracks that were encoded a second time, because those before them left
   *     less in the decoder's buffer than was expected, or because the average was exceeded
   * @param lanes how many were worked on at once
   */
  public record Pieces(int segments, int reused, int again, int lanes) {}

  /**
   * How a track that was made in segments keeps to its maximum bit rate over the joints: worked out
   * from the sizes of its pictures.
   *
   * @param track of the plan
   * @param rate bits a second into the buffer
   * @param size bits
   * @param leastFullness the least the buffer ever holds, as a part of its size; below zero a
   *     picture comes late
   */
  public record Buffer(int track, long rate, long size, double leastFullness) {}

  /**
   * The account of one output track. For video: {@code decoded + duplicated - dropped == encoded}.
   *
   * @param packetsIn packets read
   * @param decoded frames that came out of the decoder (audio: samples)
   * @param damaged frames the decoder marked as damaged, or packets it refused
   * @param duplicated frames added by {@code --fps}
   * @param dropped frames removed by {@code --fps} or by the trim
   * @param encoded frames given to the encoder (audio: samples)
   * @param packetsOut packets written
   * @param bytes written
   * @param averageQp of the pictures, on the encoder's scale; empty where it does not tell
   */
  public record TrackResult(
      int source,
      String kind,
      String codec,
      long packetsIn,
      long decoded,
      long damaged,
      long duplicated,
      long dropped,
      long encoded,
      long packetsOut,
      long bytes,
      OptionalDouble averageQp) {}
}
