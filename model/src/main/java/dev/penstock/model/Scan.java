package dev.penstock.model;

/** How the lines of a frame were scanned, as far as the decoded frames and the container tell. */
public enum Scan {
  PROGRESSIVE,
  TOP_FIELD_FIRST,
  BOTTOM_FIELD_FIRST,
  /** Progressive and interlaced frames were both seen. */
  MIXED,
  UNKNOWN;

  public boolean mayBeInterlaced() {
    return this == TOP_FIELD_FIRST || this == BOTTOM_FIELD_FIRST || this == MIXED;
  }
}
