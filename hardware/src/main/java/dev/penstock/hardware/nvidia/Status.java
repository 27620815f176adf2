package dev.penstock.hardware.nvidia;

import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;

/** NVML's return codes ({@code nvmlReturn_t}). */
enum Status {
  SUCCESS(0, "no error", Why.FAILED),
  UNINITIALIZED(1, "NVML is not initialised", Why.FAILED),
  INVALID_ARGUMENT(2, "invalid argument", Why.FAILED),
  NOT_SUPPORTED(3, "not supported", Why.UNSUPPORTED),
  NO_PERMISSION(4, "no permission", Why.DENIED),
  NOT_FOUND(6, "not found", Why.MISSING),
  INSUFFICIENT_SIZE(7, "insufficient size", Why.FAILED),
  INSUFFICIENT_POWER(8, "external power cables are not attached properly", Why.FAILED),
  DRIVER_NOT_LOADED(9, "driver not loaded", Why.MISSING),
  TIMEOUT(10, "timeout", Why.HUNG),
  IRQ_ISSUE(11, "interrupt request issue", Why.FAILED),
  LIBRARY_NOT_FOUND(12, "library not found", Why.MISSING),
  FUNCTION_NOT_FOUND(13, "function not found", Why.UNSUPPORTED),
  CORRUPTED_INFOROM(14, "corrupted infoROM", Why.FAILED),
  GPU_IS_LOST(15, "GPU is lost", Why.FAILED),
  RESET_REQUIRED(16, "GPU requires reset", Why.FAILED),
  OPERATING_SYSTEM(17, "blocked by the operating system, as by a cgroup", Why.DENIED),
  LIB_RM_VERSION_MISMATCH(18, "driver/library version mismatch", Why.FAILED),
  IN_USE(19, "in use by another client", Why.FAILED),
  MEMORY(20, "insufficient memory", Why.FAILED),
  NO_DATA(21, "no data", Why.FAILED),
  ARGUMENT_VERSION_MISMATCH(25, "argument version mismatch", Why.UNSUPPORTED),
  DEPRECATED(26, "deprecated", Why.UNSUPPORTED),
  NOT_READY(27, "not ready", Why.FAILED),
  GPU_NOT_FOUND(28, "no GPUs found", Why.MISSING),
  INVALID_STATE(29, "invalid state", Why.FAILED),
  UNKNOWN(999, "unknown error", Why.FAILED);

  private final int code;
  private final String text;
  private final Why why;

  Status(int code, String text, Why why) {
    this.code = code;
    this.text = text;
    this.why = why;
  }

  /** A code that is not listed is an unknown error. */
  static Status of(int code) {
    for (Status status : values()) {
      if (status.code == code) {
        return status;
      }
    }
    return UNKNOWN;
  }

  /** What a function answered that did not succeed. */
  static <T> Reading<T> absent(int code, String function) {
    return Reading.absent(of(code).why, function, describe(code));
  }

  static String describe(int code) {
    return of(code).text + " (" + code + ")";
  }

  /** Whether it shows that the GPU itself has failed. */
  boolean isFault() {
    return this == GPU_IS_LOST || this == RESET_REQUIRED;
  }
}
