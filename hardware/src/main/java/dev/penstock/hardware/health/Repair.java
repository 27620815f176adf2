package dev.penstock.hardware.health;

import java.time.Instant;

/** Something that was done to a device and ends what was held against it before. */
public record Repair(String device, Instant at, Kind kind) {
  /** What was done. */
  public enum Kind {
    RESET,
    /** The driver was loaded, which sets the device up anew. */
    RELOAD,
    REBOOT,
    /** A person said that it is well. */
    DECLARED_HEALTHY;

    /** Whether a fault of such a weight is over after it. */
    boolean ends(Lost lost) {
      return switch (this) {
        case RESET, RELOAD -> lost != Lost.GPU_UNTIL_REBOOT;
        case REBOOT, DECLARED_HEALTHY -> true;
      };
    }
  }

  /** Whether a fault of such a weight is over after it. */
  boolean ends(Lost lost) {
    return kind.ends(lost);
  }
}
