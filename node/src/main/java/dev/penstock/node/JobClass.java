package dev.penstock.node;

import java.util.Locale;

/** How soon a job has to be worked on. What is named first goes before what is named later. */
public enum JobClass {
  /** Its source does not wait. */
  LIVE,
  /** Somebody waits for it. */
  INTERACTIVE,
  /** Fills what others leave free, and gives way at the end of a segment. */
  BATCH;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
