package dev.penstock.hardware.check;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which driver for Linux serves which version of NVENC's interface: the README files of FFmpeg's
 * nv-codec-headers, one for each version.
 */
final class NvencVersions {
  /** The one this version of FFmpeg is built with: nv-codec-headers 13.0. */
  static final String NEEDED = "13.0";

  private static final Map<String, String> DRIVERS = new LinkedHashMap<>();

  static {
    DRIVERS.put("8.0", "378.13");
    DRIVERS.put("8.1", "390.25");
    DRIVERS.put("8.2", "396.24");
    DRIVERS.put("9.0", "418.30");
    DRIVERS.put("9.1", "435.21");
    DRIVERS.put("10.0", "445.87");
    DRIVERS.put("11.0", "455.28");
    DRIVERS.put("11.1", "470.57.02");
    DRIVERS.put("12.0", "520.56.06");
    DRIVERS.put("12.1", "530.41.03");
    DRIVERS.put("12.2", "550.54.14");
    DRIVERS.put("13.0", "570.0");
  }

  private NvencVersions() {}

  /** The oldest driver that serves a version. */
  static Optional<String> driver(String api) {
    return Optional.ofNullable(DRIVERS.get(api));
  }

  /** Whether a version, such as 12.2, is older than another. */
  static boolean isOlder(String api, String other) {
    return number(api) < number(other);
  }

  private static int number(String api) {
    String[] parts = api.split("\\.", 2);
    return 100 * Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]);
  }
}
