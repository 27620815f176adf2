package dev.penstock.engine;

/** A segment did not hold the pictures that the input's index said. */
final class Uncuttable extends RuntimeException {
  private final String why;

  Uncuttable(String why) {
    super(why, null, false, false);
    this.why = why;
  }

  String why() {
    return why;
  }
}
