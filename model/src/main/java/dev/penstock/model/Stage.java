package dev.penstock.model;

/** Where in the flow something happened. */
public enum Stage {
  OPEN,
  PROBE,
  PLAN,
  DEMUX,
  DECODE,
  FILTER,
  ENCODE,
  MUX,
  VERIFY,
  FINISH;

  public String label() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
