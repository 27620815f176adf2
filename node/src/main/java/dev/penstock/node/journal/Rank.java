package dev.penstock.node.journal;

import dev.penstock.node.JobClass;

/** The number by which a class lies in the file; the lower goes first. Never changed. */
final class Rank {
  static final int FIRST = 0;
  static final int LAST = 2;

  private Rank() {}

  static int of(JobClass jobClass) {
    return switch (jobClass) {
      case LIVE -> FIRST;
      case INTERACTIVE -> 1;
      case BATCH -> LAST;
    };
  }

  static JobClass jobClass(int rank) {
    return switch (rank) {
      case FIRST -> JobClass.LIVE;
      case 1 -> JobClass.INTERACTIVE;
      case LAST -> JobClass.BATCH;
      default -> throw new IllegalArgumentException("class " + rank);
    };
  }
}
