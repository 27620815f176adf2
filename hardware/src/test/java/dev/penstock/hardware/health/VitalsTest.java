package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.health.Verdict.Level;
import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.model.Reading;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Samples as what decides about a device, one at a time. */
class VitalsTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final String PCI = "0000:21:00.0";

  /** What a sample is made of; null is not read. */
  record Made(
      @Nullable String pci,
      @Nullable Integer celsius,
      @Nullable Integer slowdown,
      @Nullable Integer margin,
      @Nullable Integer memory,
      @Nullable Integer memoryMax,
      @Nullable List<ClockReason> reasons,
      @Nullable Long uncorrected,
      @Nullable RecoveryAction recovery,
      @Nullable Boolean pending,
      @Nullable Boolean failure,
      @Nullable String fault,
      boolean hung) {

    GpuSample sample() {
      Reading<Integer> load =
          hung ? Reading.absent(Reading.Why.HUNG, "nvmlX", "does not answer") : Reading.of(5, "x");
      return new GpuSample(
          new GpuSample.GpuId(
              GpuSample.Vendor.NVIDIA, 1, read("NVIDIA L40S"), read("GPU-1"), read(pci)),
          List.of(new GpuSample.EngineLoad(Engine.ENCODER, load)),
          read(null),
          read(null),
          new GpuSample.Memory(read(null), read(null), read(null), read(null), read(null)),
          new GpuSample.Bus(read(null), read(null), read(null), read(null), read(null)),
          new GpuSample.Thermal(
              read(celsius),
              read(memory),
              read(slowdown),
              read(null),
              read(margin),
              read(memoryMax)),
          new GpuSample.Power(read(null), read(null), read(null)),
          new GpuSample.Clocks(read(null), read(null), read(null), read(null), read(null)),
          new GpuSample.Health(
              read(reasons),
              read(0L),
              read(uncorrected),
              read(recovery),
              read(pending),
              read(failure)),
          Optional.ofNullable(fault));
    }

    private static <T> Reading<T> read(@Nullable T value) {
      return value == null
          ? Reading.absent(Reading.Why.UNSUPPORTED, "x", "no")
          : Reading.of(value, "x");
    }
  }

  private static final Made NOTHING =
      new Made(PCI, null, null, null, null, null, null, null, null, null, null, null, false);

  private static Vitals of(Made made) {
    return Vitals.of(made.sample(), NOW);
  }

  private static Level level(Made made) {
    return Health.judge(List.of(of(made)), List.of(), List.of(), Thresholds.standard(), NOW)
        .values()
        .iterator()
        .next()
        .level();
  }

  @Test
  void whatWasNotRead_saysNothing() {
    assertThat(of(NOTHING)).isEqualTo(Vitals.answering(PCI, NOW));
    assertThat(level(NOTHING)).isEqualTo(Level.HEALTHY);
  }

  @Test
  void everyFigure_hasItsPlace() {
    Made all =
        new Made(
            PCI,
            61,
            92,
            27,
            70,
            95,
            List.of(ClockReason.HW_SLOWDOWN, ClockReason.POWER_BRAKE, ClockReason.OTHER),
            2L,
            RecoveryAction.DRAIN_AND_RESET,
            true,
            true,
            null,
            false);
    assertThat(of(all))
        .isEqualTo(
            new Vitals(
                PCI,
                NOW,
                OptionalDouble.of(61),
                OptionalDouble.of(92),
                OptionalDouble.of(70),
                OptionalDouble.of(95),
                OptionalLong.of(0x88),
                OptionalInt.of(4),
                Optional.of(true),
                Optional.of(true),
                OptionalLong.of(2),
                false,
                false));
  }

  private enum Heat {
    COOL(61, 92, null, Level.HEALTHY),
    CLOSE(88, 92, null, Level.DEGRADED),
    OVER(93, 92, null, Level.SUSPECT),
    NO_LIMIT(120, null, null, Level.HEALTHY),
    ONLY_THE_DISTANCE(88, null, 4, Level.DEGRADED),
    FAR_AWAY(60, null, 30, Level.HEALTHY),
    JUNK_DISTANCE(40, null, -3, Level.HEALTHY),
    ZERO_DISTANCE(40, null, 0, Level.HEALTHY),
    THE_LIMIT_COUNTS_MORE(60, 92, 2, Level.HEALTHY);

    private final Made made;
    private final Level level;

    Heat(int celsius, @Nullable Integer slowdown, @Nullable Integer margin, Level level) {
      made =
          new Made(
              PCI, celsius, slowdown, margin, null, null, null, null, null, null, null, null,
              false);
      this.level = level;
    }
  }

  @ParameterizedTest
  @EnumSource
  void heat_isJudgedByTheLimit_orTheDistanceToIt(Heat heat) {
    assertThat(level(heat.made)).isEqualTo(heat.level);
  }

  private enum State {
    LOST("nvmlDeviceGetTemperatureV: GPU is lost (15)", null, false, Level.LOST),
    LOST_AFTER_ALL_WAS_WELL("x: GPU is lost (15)", RecoveryAction.NONE, false, Level.LOST),
    RESET_REQUIRED("x: GPU requires reset (16)", null, false, Level.SUSPECT),
    HUNG(null, null, true, Level.SUSPECT),
    ASKS_NOTHING(null, RecoveryAction.NONE, false, Level.HEALTHY),
    ASKS_FOR_A_RESET(null, RecoveryAction.RESET, false, Level.SUSPECT),
    ASKS_FOR_A_RESTART(null, RecoveryAction.REBOOT, false, Level.LOST),
    ASKS_TO_DRAIN(null, RecoveryAction.DRAIN_P2P, false, Level.DEGRADED),
    ASKS_TO_DRAIN_AND_RESET(null, RecoveryAction.DRAIN_AND_RESET, false, Level.SUSPECT),
    ASKS_FOR_THE_UNKNOWN(null, RecoveryAction.OTHER, false, Level.DEGRADED);

    private final Made made;
    private final Level level;

    State(@Nullable String fault, @Nullable RecoveryAction recovery, boolean hung, Level level) {
      made =
          new Made(
              PCI, null, null, null, null, null, null, null, recovery, null, null, fault, hung);
      this.level = level;
    }
  }

  @ParameterizedTest
  @EnumSource
  void faults_andWhatTheDriverAsksFor_decide(State state) {
    assertThat(level(state.made)).isEqualTo(state.level);
  }

  private enum Memory {
    CORRECTED(0L, false, false, Level.HEALTHY),
    UNCORRECTED(1L, false, false, Level.SUSPECT),
    WAITS_FOR_A_RESET(0L, true, false, Level.DEGRADED),
    CANNOT_BE_REPLACED(0L, false, true, Level.SUSPECT);

    private final Made made;
    private final Level level;

    Memory(long uncorrected, boolean pending, boolean failure, Level level) {
      made =
          new Made(
              PCI,
              null,
              null,
              null,
              null,
              null,
              null,
              uncorrected,
              null,
              pending,
              failure,
              null,
              false);
      this.level = level;
    }
  }

  @ParameterizedTest
  @EnumSource
  void badMemory_isHeldAgainstIt(Memory memory) {
    assertThat(level(memory.made)).isEqualTo(memory.level);
  }

  @Test
  void oneSlowSample_isNoSlowdown() {
    Made slow =
        new Made(
            PCI,
            null,
            null,
            null,
            null,
            null,
            List.of(ClockReason.HW_THERMAL),
            null,
            null,
            null,
            null,
            null,
            false);
    assertThat(level(slow)).isEqualTo(Level.HEALTHY);
  }

  @Test
  void aGpuThatNeverSaidItsAddress_isNamedByWhatElseNamesIt() {
    Made nameless =
        new Made(null, null, null, null, null, null, null, null, null, null, null, "x (15)", false);
    assertThat(of(nameless).device()).isEqualTo("GPU-1");
  }

  @ParameterizedTest
  @EnumSource
  void aRecoveryAction_comesBackFromItsNumber(RecoveryAction action) {
    assertThat(RecoveryAction.of(action.number())).isEqualTo(action);
  }

  @Test
  void clockReasons_comeBackFromTheirMask() {
    UnaryOperator<List<ClockReason>> there = reasons -> ClockReason.of(ClockReason.mask(reasons));
    List<ClockReason> known =
        Arrays.stream(ClockReason.values()).filter(each -> each != ClockReason.OTHER).toList();
    assertThat(there.apply(known)).isEqualTo(known);
    assertThat(there.apply(List.of())).isEmpty();
  }
}
