package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.penstock.model.PieceStep;
import dev.penstock.node.JobId;
import dev.penstock.node.JobRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What of a job is not in the journal. Any thread. */
public interface JobDetails {
  /** What is being done. */
  enum Phase {
    OPENING,
    MEASURING,
    ENCODING,
    FINISHING
  }

  /**
   * How far it is.
   *
   * @param fraction of its phase, 0 to 1
   * @param speed seconds of media in a second
   * @param framesPerSecond pictures in a second, of each rendition
   * @param soonest when it is done if all goes well
   * @param latest when it is done if it does not
   * @param segments empty where it is not cut up
   * @param waiting what it waits for, where it cannot go on
   * @param warnings what is wrong at the moment
   */
  record Progress(
      Phase phase,
      double fraction,
      @JsonInclude Optional<Double> speed,
      @JsonInclude Optional<Double> framesPerSecond,
      @JsonInclude Optional<Instant> soonest,
      @JsonInclude Optional<Instant> latest,
      @JsonInclude Optional<Segments> segments,
      List<Rung> rungs,
      Optional<String> waiting,
      List<String> warnings) {
    public Progress {
      rungs = List.copyOf(rungs);
      warnings = List.copyOf(warnings);
    }
  }

  /** Segments that are done, of all that there are. */
  record Segments(int done, int all) {}

  /** How far a job is that runs. */
  record Running(JobId job, String tenant, Progress progress) {}

  record Rung(String name, double fraction, double framesPerSecond) {}

  /** Why a job is where it is, in one line and in detail. */
  record Why(String summary, List<Reason> reasons) {
    public Why {
      reasons = List.copyOf(reasons);
    }
  }

  /**
   * One thing that has a part in it.
   *
   * @param subject a device, a dimension, another job, a setting
   */
  record Reason(String subject, String text) {}

  /**
   * A file of a job.
   *
   * @param name its path from the job's folder, with {@code /}; unique within the job
   */
  record JobFile(String name, Path path) {}

  /**
   * What is to be done.
   *
   * @param json plan and receipt as {@code penstock plan --json} prints them
   * @param text the same for people
   */
  record Plan(String json, String text) {}

  enum SegmentState {
    RUNNING,
    DONE,
    FAILED,
    /** It was there before. */
    REUSED
  }

  /**
   * A piece of work.
   *
   * @param number of the segment; empty for what is not cut
   * @param rendition where it is of one alone
   * @param lane empty for what was there before
   * @param device its key; {@code software} for the processor
   * @param attempt of the job
   */
  record Segment(
      @JsonInclude Optional<Integer> number,
      PieceStep.Kind what,
      Optional<String> rendition,
      @JsonInclude Optional<Integer> lane,
      String device,
      Instant began,
      @JsonInclude Optional<Instant> ended,
      SegmentState state,
      int attempt) {}

  /**
   * How renditions are coded over time.
   *
   * @param why nothing is known
   * @param measures what is known, the most telling first
   */
  record Quality(Optional<String> why, List<Measure> measures) {
    public Quality {
      measures = List.copyOf(measures);
    }
  }

  /** Which way is good. */
  enum Better {
    HIGHER,
    LOWER,
    /** Neither. */
    NEITHER
  }

  /**
   * One thing that is known of renditions.
   *
   * @param id by which programs know it; unique
   * @param name for people
   * @param unit of its values; empty for a number
   * @param meaning what it is and what it is not, in a sentence or two
   */
  record Measure(
      String id, String name, String unit, Better better, String meaning, List<Curve> rungs) {
    public Measure {
      rungs = List.copyOf(rungs);
    }
  }

  /**
   * A measure of a rendition over time.
   *
   * @param mean of all that is known so far
   * @param points in the order of time, without overlap
   */
  record Curve(String name, double mean, double least, double most, List<Point> points) {
    public Curve {
      points = List.copyOf(points);
    }
  }

  /**
   * One point of it.
   *
   * @param at seconds from the beginning
   * @param to seconds
   */
  record Point(double at, double to, double value) {}

  /** Who said a line. */
  enum Source {
    NODE,
    WORKER,
    /** Of media. */
    LIBRARY
  }

  /** Something that was said of a job. */
  record Line(Instant at, Source source, String text) {}

  Optional<Progress> progress(JobId id);

  /** All jobs that run, each once. */
  List<Running> running();

  /** Empty until it is planned. */
  Optional<Plan> plan(JobId id);

  /** In the order in which they began. */
  List<Segment> timeline(JobId id);

  Quality quality(JobRecord job);

  /** The last ones, the oldest first; without secrets. */
  List<Line> log(JobId id);

  Why why(JobRecord job);

  /** What it made; the server shows only what lies within its roots. */
  List<JobFile> outputs(JobRecord job);

  /** What a player opens; what those name is among the outputs. */
  List<JobFile> previews(JobRecord job);
}
