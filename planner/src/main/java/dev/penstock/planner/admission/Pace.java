package dev.penstock.planner.admission;

/** How fast work has to be done. */
public sealed interface Pace {
  /** At a speed that it must keep: 1 for a live source. */
  record RealTime(double factor) implements Pace {}

  /** As fast as there is room for. */
  record AsFastAsPossible() implements Pace {}
}
