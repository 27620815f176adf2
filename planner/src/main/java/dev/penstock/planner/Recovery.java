package dev.penstock.planner;

import java.time.Duration;

/**
 * What is done when work on a GPU fails. Pure: the facts of the fault give the action.
 *
 * <p>A GPU that cannot be opened any more is gone, and says nothing about the input. One that can
 * be opened again was brought down by something: the piece goes to another, and when it brings that
 * one down as well, it is the input that is set aside and not the GPUs.
 */
public enum Recovery {
  /** Another GPU works on the piece; this one goes on with others. */
  ELSEWHERE,
  /** Another GPU works on the piece, and this one on nothing any more. */
  WITHOUT_IT,
  /** The same later, with fewer sessions at once on this GPU. */
  FEWER,
  /** The same later: the sessions of others fill the GPU. */
  LATER,
  /** The same as soon as a session is free: how many there are is known. */
  IN_TURN,
  /** The next way there is, such as in software. */
  NEXT_WAY,
  /** The input is set aside. */
  QUARANTINE;

  /** How often a piece waits for the sessions of others, before another way is taken. */
  private static final int MOST_WAITS = 30;

  /** How many faults of different pieces make a GPU unfit for the rest of the job. */
  private static final int MOST_FAULTS = 2;

  /** What went wrong. */
  public enum Fault {
    /** The GPU, or what runs on it, has failed, or does not answer. */
    LOST,
    /** No session, or no memory, is left on it. */
    FULL,
    /** The driver opens no further session, and this is known from now on to all who share it. */
    LIMIT,
    /** It never does what was asked. */
    UNABLE
  }

  /**
   * What is known when a piece has failed on a GPU.
   *
   * @param opens whether the GPU can be opened again
   * @param others how many other sessions of this job run on it
   * @param waits how often the piece has waited already
   * @param pieceFaults how many GPUs that can be opened again have failed on this piece, this one
   *     with them
   * @param gpuFaults how many pieces have failed on this GPU, this one with them
   * @param more whether there is another GPU that the piece has not failed on
   */
  public record Facts(
      Fault fault,
      boolean opens,
      int others,
      int waits,
      int pieceFaults,
      int gpuFaults,
      boolean more) {}

  /**
   * What is known of a piece that waits for sessions.
   *
   * @param needed at once
   * @param known how many the driver was found to open
   * @param own sessions that this job has open, of work that goes on
   * @param stuck sessions of work that hangs; they become free with the end of the process
   * @param waited since when
   * @param most how long the jobs of others are waited for
   */
  public record Waiting(
      int needed, int known, int own, int stuck, Duration waited, Duration most) {}

  /**
   * Decides whether to go on waiting: the sessions of the same job end unless they hang, those of
   * others may not.
   */
  public static Recovery of(Waiting waiting) {
    if (waiting.needed() > waiting.known() - waiting.stuck()) {
      return NEXT_WAY;
    }
    return waiting.own() > 0 || waiting.waited().compareTo(waiting.most()) < 0 ? IN_TURN : NEXT_WAY;
  }

  /** Decides. */
  public static Recovery of(Facts facts) {
    return switch (facts.fault()) {
      case UNABLE -> facts.more() ? WITHOUT_IT : NEXT_WAY;
      case FULL -> full(facts);
      case LIMIT -> IN_TURN;
      case LOST -> lost(facts);
    };
  }

  private static Recovery full(Facts facts) {
    if (facts.others() > 0) {
      return FEWER;
    }
    if (facts.more()) {
      return ELSEWHERE;
    }
    return facts.waits() < MOST_WAITS ? LATER : NEXT_WAY;
  }

  private static Recovery lost(Facts facts) {
    if (facts.opens() && facts.pieceFaults() > 1) {
      return QUARANTINE;
    }
    if (!facts.more()) {
      return NEXT_WAY;
    }
    return facts.opens() && facts.gpuFaults() < MOST_FAULTS ? ELSEWHERE : WITHOUT_IT;
  }
}
