package dev.penstock.hardware.health;

import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.RecoveryAction;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What of a sample of one device decides about its health. What could not be read is empty and
 * decides nothing.
 *
 * @param device PCI address as in sysfs, or what else names a device that did not say it
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

  private static final int RESET = 1;

  /**
   * What of a sample of telemetry counts. Where the driver names no temperature at which the GPU
   * slows down but how far away that is, the two say it together; a distance of zero or less is
   * junk on many GPUs and says nothing.
   */
  public static Vitals of(GpuSample gpu, Instant at) {
    GpuSample.Thermal thermal = gpu.thermal();
    GpuSample.Health health = gpu.health();
    Optional<Integer> distance = thermal.margin().toOptional().filter(margin -> margin > 0);
    Optional<Integer> slowdown =
        thermal
            .slowdown()
            .toOptional()
            .or(() -> distance.flatMap(far -> thermal.gpu().toOptional().map(now -> now + far)));
    boolean needsReset = gpu.fault().isPresent() && !gpu.isLost();
    return new Vitals(
        device(gpu),
        at,
        number(thermal.gpu().toOptional()),
        number(slowdown),
        number(thermal.memory().toOptional()),
        number(thermal.memoryMax().toOptional()),
        wide(health.reasons().toOptional().map(ClockReason::mask)),
        needsReset ? OptionalInt.of(RESET) : recovery(health),
        health.remapFailure().toOptional(),
        health.remapPending().toOptional(),
        wide(health.eccUncorrected().toOptional()),
        gpu.isLost(),
        gpu.hung().isPresent());
  }

  /** Its PCI address; of one that did not even say that, what else names it. */
  public static String device(GpuSample gpu) {
    return gpu.id().pci().toOptional().orElseGet(gpu.id()::key);
  }

  private static OptionalInt recovery(GpuSample.Health health) {
    return health.recovery().toOptional().stream().mapToInt(RecoveryAction::number).findAny();
  }

  private static OptionalDouble number(Optional<Integer> value) {
    return value.stream().mapToDouble(Integer::doubleValue).findAny();
  }

  private static OptionalLong wide(Optional<Long> value) {
    return value.stream().mapToLong(Long::longValue).findAny();
  }

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
