package dev.penstock.model;

/** How a job ended. */
public sealed interface Outcome {
  record Done(Report report) implements Outcome {}

  record Failed(Failure failure) implements Outcome {}

  /** Stopped because it was asked to. Nothing is left behind. */
  record Cancelled() implements Outcome {}
}
