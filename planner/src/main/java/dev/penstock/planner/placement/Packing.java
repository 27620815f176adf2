package dev.penstock.planner.placement;

/** How work is laid on GPUs that could all take it. */
public enum Packing {
  /** On the one whose engines have the most left. */
  SPREAD,
  /** On as few as will do, so that the others can sleep. */
  POWER
}
