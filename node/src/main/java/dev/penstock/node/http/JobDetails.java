package dev.penstock.node.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.penstock.node.JobId;
import dev.penstock.node.JobRecord;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What of a job is not in the journal. Any thread. */
public interface JobDetails {
  /**
   * How far it is.
   *
   * @param fraction 0 to 1
   * @param speed seconds of media in a second
   * @param soonest when it is done if all goes well
   * @param latest when it is done if it does not
   */
  record Progress(
      double fraction,
      @JsonInclude Optional<Double> speed,
      @JsonInclude Optional<Instant> soonest,
      @JsonInclude Optional<Instant> latest,
      List<Rung> rungs) {
    public Progress {
      rungs = List.copyOf(rungs);
    }
  }

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

  Optional<Progress> progress(JobId id);

  Why why(JobRecord job);

  /** What it made; the server shows only what lies within its roots. */
  List<JobFile> outputs(JobRecord job);

  /** What of it can be played while it runs. */
  List<JobFile> previews(JobRecord job);
}
