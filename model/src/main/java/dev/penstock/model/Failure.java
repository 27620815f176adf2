package dev.penstock.model;

/**
 * Why a job did not succeed. The type says whether trying again can help; the diagnosis says what
 * to tell the user.
 */
public sealed interface Failure {
  Diagnosis diagnosis();

  /** Whether, and where, trying again can help. */
  Retry retry();

  enum Retry {
    NEVER,
    ELSEWHERE,
    LATER
  }

  /**
   * What the user is told.
   *
   * @param subject the thing: a file, a track, an encoder, a device
   * @param problem what happened, one clause
   * @param likelyCause why, as far as is known; may hold libav's own words
   * @param nextStep what the user can do
   */
  record Diagnosis(
      String subject, Stage stage, String problem, String likelyCause, String nextStep) {
    /** All of it as one line. */
    public String line() {
      return subject
          + ": "
          + problem
          + " ("
          + stage.label()
          + "); "
          + likelyCause
          + "; "
          + nextStep;
    }
  }

  /**
   * The request makes no sense in itself, or would do harm: whatever the input, the build and the
   * machine, the user has to ask for something else.
   */
  record BadRequest(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.NEVER;
    }
  }

  /** The input is missing, damaged, empty or no media. */
  record BadInput(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.NEVER;
    }
  }

  /** The request cannot be met by this build or machine. */
  record Unsupported(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.ELSEWHERE;
    }
  }

  /** A device stopped working. */
  record DeviceLost(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.ELSEWHERE;
    }
  }

  /** Memory, disk space, sessions or file handles ran out. */
  record OutOfResource(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.LATER;
    }
  }

  /** The host is not set up for it: permissions, a missing library, an unwritable folder. */
  record HostMisconfigured(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.ELSEWHERE;
    }
  }

  /**
   * What was written is not what it should be, so it did not get its name.
   *
   * @param report of the job as far as it came, with the checks that failed
   */
  record WrongOutput(Diagnosis diagnosis, Report report) implements Failure {
    @Override
    public Retry retry() {
      return Retry.ELSEWHERE;
    }
  }

  /** Ours. */
  record Bug(Diagnosis diagnosis) implements Failure {
    @Override
    public Retry retry() {
      return Retry.NEVER;
    }
  }
}
