package dev.penstock.hardware.health;

import java.time.Instant;

/** Something that was done to a device and ends what was held against it before. */
public record Repair(String device, Instant at, Kind kind) {
  /** What was done. */
  public enum Kind {
    RESET,
    REBOOT,
    /** A person said that it is well. */
    DECLARED_HEALTHY
  }

  /** Whether a fault of such a weight is over after it. */
  boolean ends(Lost lost) {
    return kind != Kind.RESET || lost != Lost.GPU_UNTIL_REBOOT;
  }
}
