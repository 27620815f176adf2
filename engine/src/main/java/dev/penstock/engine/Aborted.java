package dev.penstock.engine;

/** Ends a stage whose run has already failed or been cancelled. Not an error of its own. */
final class Aborted extends RuntimeException {
  Aborted() {
    super("the run was stopped", null, false, false);
  }
}
