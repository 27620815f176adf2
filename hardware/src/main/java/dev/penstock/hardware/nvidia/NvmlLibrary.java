package dev.penstock.hardware.nvidia;

import java.util.Optional;

/** Which libnvidia-ml is asked. */
public final class NvmlLibrary {
  /** For the dynamic linker: the name the driver installs it by. */
  public static final String NAME = "libnvidia-ml.so.1";

  private static final String VARIABLE = "PENSTOCK_NVML";

  private NvmlLibrary() {}

  /**
   * The driver's, unless the environment variable {@code PENSTOCK_NVML} names another one by its
   * path.
   */
  public static String wanted() {
    return Optional.ofNullable(System.getenv(VARIABLE))
        .filter(path -> !path.isEmpty())
        .orElse(NAME);
  }
}
