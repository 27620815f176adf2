package dev.penstock.hardware.telemetry;

import java.util.EnumSet;
import java.util.List;

/** Why the clocks of a GPU are not higher; the bits are those of NVML's clock event reasons. */
public enum ClockReason {
  IDLE(0x1, "idle", false),
  APPLICATION_CLOCKS(0x2, "clocks set", false),
  POWER_CAP(0x4, "power cap", true),
  HW_SLOWDOWN(0x8, "hardware slowdown", true),
  SYNC_BOOST(0x10, "sync boost", false),
  SW_THERMAL(0x20, "too hot", true),
  HW_THERMAL(0x40, "much too hot", true),
  POWER_BRAKE(0x80, "power brake", true),
  DISPLAY_CLOCKS(0x100, "display clocks", false),
  /** A bit that is none of the above. */
  OTHER(0, "other", false);

  private static final long KNOWN = 0x1ff;

  private final long bit;
  private final String label;
  private final boolean throttle;

  ClockReason(long bit, String label, boolean throttle) {
    this.bit = bit;
    this.label = label;
    this.throttle = throttle;
  }

  /** For people. */
  public String label() {
    return label;
  }

  /** Whether it slows down work that is there, unlike having none. */
  public boolean isThrottle() {
    return throttle;
  }

  /** NVML's mask of them, without those that are {@link #OTHER}. */
  public static long mask(List<ClockReason> reasons) {
    return reasons.stream().mapToLong(reason -> reason.bit).reduce(0, (all, bit) -> all | bit);
  }

  /** Those in a mask of NVML. */
  public static List<ClockReason> of(long mask) {
    EnumSet<ClockReason> reasons = EnumSet.noneOf(ClockReason.class);
    for (ClockReason reason : values()) {
      if ((mask & reason.bit) != 0) {
        reasons.add(reason);
      }
    }
    if ((mask & ~KNOWN) != 0) {
      reasons.add(OTHER);
    }
    return List.copyOf(reasons);
  }
}
