package dev.penstock.model;

/** How a job ended. */
public sealed interface Outcome {
  record Done(Report report) implements Outcome {}

  record Failed(Failure failure) implements Outcome {}

  /** The input turned out otherwise than its index said; it can be done in one piece. */
  record Uncuttable(String why) implements Outcome {}

  /** Stopped because it was asked to. Nothing is left behind. */
  record Cancelled() implements Outcome {}
}
