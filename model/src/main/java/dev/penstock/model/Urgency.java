package dev.penstock.model;

import java.util.Locale;

/** How soon work has to be done. What is named first goes before what is named later. */
public enum Urgency {
  /** Its source does not wait. */
  LIVE,
  /** Somebody waits for it. */
  INTERACTIVE,
  /** Fills what others leave free, and gives way. */
  BATCH;

  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
