package dev.penstock.node.journal;

import dev.penstock.model.Urgency;

/** The number by which a class lies in the file; the lower goes first. Never changed. */
final class Rank {
  static final int FIRST = 0;
  static final int LAST = 2;

  private Rank() {}

  static int of(Urgency jobClass) {
    return switch (jobClass) {
      case LIVE -> FIRST;
      case INTERACTIVE -> 1;
      case BATCH -> LAST;
    };
  }

  static Urgency jobClass(int rank) {
    return switch (rank) {
      case FIRST -> Urgency.LIVE;
      case 1 -> Urgency.INTERACTIVE;
      case LAST -> Urgency.BATCH;
      default -> throw new IllegalArgumentException("class " + rank);
    };
  }
}
