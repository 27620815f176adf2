package dev.penstock.model;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a running job is.
 *
 * @param done part of the input's duration that is written, 0 to 1; empty when the duration is
 *     unknown
 * @param frames video frames encoded
 * @param framesPerSecond since the start
 * @param speed media time over wall time, since the start
 * @param position media time written
 * @param bitRate of what was written so far, bits per second
 * @param waiting what it waits for, where it cannot go on
 * @param warnings what is wrong at the moment; each in the same words while it lasts
 * @param segments how many are done; empty for work that is not cut up
 * @param stage what comes behind encoding, once it is there: nothing is encoded any more
 * @param rungs each rendition of the pictures that is encoded, as far as that is known
 */
public record Progress(
    OptionalDouble done,
    long frames,
    double framesPerSecond,
    double speed,
    Duration position,
    Duration elapsed,
    double bitRate,
    long bytes,
    Optional<Duration> remaining,
    Optional<String> waiting,
    List<String> warnings,
    Optional<Segments> segments,
    Optional<Stage> stage,
    List<Rung> rungs) {
  public Progress {
    warnings = List.copyOf(warnings);
    rungs = List.copyOf(rungs);
  }

  /**
   * One rendition.
   *
   * @param done part of it that is encoded, 0 to 1
   * @param framesPerSecond since the start
   */
  public record Rung(String name, double done, double framesPerSecond) {}

  /** Segments that are done, of all that there are. */
  public record Segments(int done, int all) {}

  /** Of a job that gets on well. */
  public Progress(
      OptionalDouble done,
      long frames,
      double framesPerSecond,
      double speed,
      Duration position,
      Duration elapsed,
      double bitRate,
      long bytes,
      Optional<Duration> remaining) {
    this(
        done,
        frames,
        framesPerSecond,
        speed,
        position,
        elapsed,
        bitRate,
        bytes,
        remaining,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /** The same, with what hinders it. */
  public Progress hindered(Optional<String> by, Collection<String> wrong) {
    return with(by, List.copyOf(wrong), segments, stage, rungs);
  }

  /** The same of work that is cut up. */
  public Progress cut(Segments wanted) {
    return with(waiting, warnings, Optional.of(wanted), stage, rungs);
  }

  /** The same, behind encoding. */
  public Progress at(Stage reached) {
    return with(waiting, warnings, segments, Optional.of(reached), rungs);
  }

  /** The same by rendition. */
  public Progress of(List<Rung> each) {
    return with(waiting, warnings, segments, stage, each);
  }

  private Progress with(
      Optional<String> by,
      List<String> wrong,
      Optional<Segments> cut,
      Optional<Stage> reached,
      List<Rung> each) {
    return new Progress(
        done,
        frames,
        framesPerSecond,
        speed,
        position,
        elapsed,
        bitRate,
        bytes,
        remaining,
        by,
        wrong,
        cut,
        reached,
        each);
  }
}
