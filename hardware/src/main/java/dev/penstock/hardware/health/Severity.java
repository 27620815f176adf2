package dev.penstock.hardware.health;

/** How bad something is for a machine that encodes, from least to worst. */
public enum Severity {
  /** For the record. */
  INFO,
  /** Nothing stops now; it may later. */
  WARNING,
  /** A session is over; the device goes on. */
  SESSION,
  /** The device works for nobody before it is reset. */
  GPU,
  /** The device is gone before the machine is restarted. */
  NODE
}
