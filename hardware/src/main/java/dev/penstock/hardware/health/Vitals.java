package dev.penstock.hardware.health;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What of a sample of one device decides about its health. What could not be read is empty and
 * decides nothing.
 *
 * @param device PCI address as in sysfs
 * @param celsius temperature of the chip
 * @param slowdownCelsius at which it slows itself down
 * @param memoryCelsius temperature of its memory
 * @param memoryLimitCelsius highest that is allowed for it
 * @param eventReasons NVML's bits of clock event reasons
 * @param recoveryAction NVML's field 230: 0 none, 1 reset, 2 restart, 3 drain peers, 4 drain and
 *     reset, 5 reset of the memory export channel
 * @param remapFailure whether bad memory could not be put out of use
 * @param remapPending whether a reset will put bad memory out of use
 * @param uncorrectedErrors of its memory since the driver was loaded
 * @param lost whether the device does not answer: NVML's GPU_IS_LOST, or a config space of all ones
 * @param hung whether a call of its driver did not return in time
 */
public record Vitals(
    String device,
    Instant at,
    OptionalDouble celsius,
    OptionalDouble slowdownCelsius,
    OptionalDouble memoryCelsius,
    OptionalDouble memoryLimitCelsius,
    OptionalLong eventReasons,
    OptionalInt recoveryAction,
    Optional<Boolean> remapFailure,
    Optional<Boolean> remapPending,
    OptionalLong uncorrectedErrors,
    boolean lost,
    boolean hung) {

  /** A sample of a device that answers and of which nothing else is known. */
  public static Vitals answering(String device, Instant at) {
    return new Vitals(
        device,
        at,
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalDouble.empty(),
        OptionalLong.empty(),
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        OptionalLong.empty(),
        false,
        false);
  }
}
