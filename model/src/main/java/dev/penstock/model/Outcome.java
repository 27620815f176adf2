package dev.penstock.model;

import java.util.Optional;

/** How a job ended. */
public sealed interface Outcome {
  record Done(Report report) implements Outcome {}

  record Failed(Failure failure) implements Outcome {}

  /** The input turned out otherwise than its index said; it can be done in one piece. */
  record Uncuttable(String why) implements Outcome {}

  /**
   * Stopped because it was asked to. There is no output.
   *
   * @param kept the folder with the finished pieces, which the same job goes on from; empty when
   *     nothing is left behind
   */
  record Cancelled(Optional<String> kept) implements Outcome {}
}
