package dev.penstock.hardware.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.health.Verdict.Level;
import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.Reading;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class VitalsHistoryTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final GpuSample COOL = celsius(60);

  private final VitalsHistory history = new VitalsHistory(Thresholds.standard());

  private static GpuSample celsius(int degrees) {
    return new VitalsTest.Made(
            "0000:21:00.0",
            degrees,
            92,
            null,
            null,
            null,
            List.of(),
            null,
            null,
            null,
            null,
            null,
            false)
        .sample();
  }

  private static GpuSample slow() {
    return new VitalsTest.Made(
            "0000:21:00.0",
            60,
            92,
            null,
            null,
            null,
            List.of(ClockReason.HW_THERMAL),
            null,
            null,
            null,
            null,
            null,
            false)
        .sample();
  }

  private static GpuSample lost() {
    return new VitalsTest.Made(
            "0000:21:00.0",
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            "x: GPU is lost (15)",
            false)
        .sample();
  }

  private Level at(double second, GpuSample gpu) {
    Snapshot snapshot =
        new Snapshot(
            NOON.plus(Duration.ofMillis(Math.round(1000 * second))),
            List.of(new Source.Answer("NVML", Reading.of("", "x"), List.of(gpu))));
    return history.add(snapshot).of(gpu).level();
  }

  @Test
  void heat_endsBelowWhereItBegan() {
    assertThat(at(0, celsius(86))).isEqualTo(Level.HEALTHY);
    assertThat(at(1, celsius(87))).isEqualTo(Level.DEGRADED);
    assertThat(at(2, celsius(86))).isEqualTo(Level.DEGRADED);
    assertThat(at(3, celsius(81))).isEqualTo(Level.HEALTHY);
    assertThat(at(4, celsius(86))).isEqualTo(Level.HEALTHY);
  }

  @Test
  void aLostGpu_isBackAfterThreeGoodSeconds_howeverOftenItIsAsked() {
    assertThat(at(0, COOL)).isEqualTo(Level.HEALTHY);
    assertThat(at(1, lost())).isEqualTo(Level.LOST);
    for (int i = 0; i < 20; i++) {
      assertThat(at(2 + i / 20.0, COOL)).isEqualTo(Level.LOST);
    }
    assertThat(at(3, COOL)).isEqualTo(Level.LOST);
    assertThat(at(4, COOL)).isEqualTo(Level.HEALTHY);
  }

  @Test
  void theNewestSample_alwaysCounts() {
    assertThat(at(0, COOL)).isEqualTo(Level.HEALTHY);
    assertThat(at(0.1, COOL)).isEqualTo(Level.HEALTHY);
    assertThat(at(0.2, lost())).isEqualTo(Level.LOST);
  }

  @Test
  void slowingDown_isForgottenAfterTheWindow() {
    for (int i = 0; i < 3; i++) {
      at(i, slow());
    }
    assertThat(at(3, COOL)).isEqualTo(Level.SUSPECT);
    Level last = Level.SUSPECT;
    for (int i = 4; i < 650; i++) {
      last = at(i, COOL);
    }
    assertThat(last).isEqualTo(Level.HEALTHY);
  }
}
