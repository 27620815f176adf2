package dev.penstock.hardware.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.telemetry.Engine;
import dev.penstock.hardware.telemetry.GpuSample;
import dev.penstock.hardware.telemetry.Loads;
import dev.penstock.hardware.telemetry.Snapshot;
import dev.penstock.hardware.telemetry.Source;
import dev.penstock.model.GpuLoad;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Why;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples of scenarios, read through the real binding. */
class NvmlSourceTest {
  private static final Duration LONG = Duration.ofSeconds(10);
  private static final Duration SHORT = Duration.ofMillis(400);

  @TempDir Path folder;

  @Test
  void loads_changeOverTime() {
    try (NvmlSource source = Shim.source(Shim.l40s(folder), folder, LONG)) {
      List<Integer> encoder = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        encoder.add(Shim.sample(source).getFirst().load(Engine.ENCODER).toOptional().orElseThrow());
      }
      assertThat(encoder).containsExactly(64, 71, 71, 93);
    }
  }

  @Test
  void loads_areThoseOfTheDevicesByTheirAddress() {
    try (NvmlSource source = Shim.source(Shim.l40s(folder), folder, LONG)) {
      Instant now = Instant.EPOCH;
      GpuLoad load = Loads.of(new Snapshot(now, List.of(source.read(now)))).getFirst();

      assertThat(load.gpu()).isEqualTo("0000:21:00.0");
      assertThat(load.encoders().toOptional()).contains(64);
      assertThat(load.decoders()).isInstanceOf(Reading.Present.class);
      assertThat(load.freeMemory().toOptional().orElseThrow()).isPositive();
    }
  }

  @Test
  void aSample_hasItsFiguresInTheirUnits() {
    try (NvmlSource source = Shim.source(Shim.l40s(folder), folder, LONG)) {
      GpuSample gpu = Shim.sample(source).getFirst();
      assertThat(gpu.isUp()).isTrue();
      assertThat(gpu.id().key()).isEqualTo("GPU-5a1e0000-0000-4000-8000-000000000000");
      assertThat(gpu.power().draw().toOptional()).contains(212.0);
      assertThat(gpu.bus().sent().toOptional()).contains(120_000_000L);
      assertThat(gpu.bus().received().toOptional()).contains(450_000_000L);
      assertThat(gpu.sessions().toOptional().orElseThrow().getFirst().latency())
          .isEqualTo(Duration.ofNanos(4_100_000));
      assertThat(gpu.processes().toOptional().orElseThrow().getFirst().engines().toOptional())
          .get()
          .asString()
          .contains("ENCODER", "value=60");
      assertThat(Shim.sample(source).get(1).processes().toOptional()).contains(List.of());
    }
  }

  @Test
  void aMissingFunction_blindsOneEngine() {
    String library = Shim.l40s(folder, "missing nvmlDeviceGetJpgUtilization");
    try (NvmlSource source = Shim.source(library, folder, LONG)) {
      GpuSample gpu = Shim.sample(source).getFirst();
      assertThat(gpu.load(Engine.JPEG))
          .isInstanceOfSatisfying(
              Absent.class, absent -> assertThat(absent.why()).isEqualTo(Why.MISSING));
      assertThat(gpu.load(Engine.OPTICAL_FLOW).toOptional()).contains(0);
    }
  }

  @Test
  void aGpuThatHangs_isNotAskedAgain_andTheOtherGoesOn() {
    String library = Shim.l40s(folder, "0 nvmlDeviceGetDecoderUtilization from 2 hang");
    try (NvmlSource source = Shim.source(library, folder, SHORT)) {
      assertThat(Shim.sample(source).getFirst().isUp()).isTrue();
      GpuSample hung = Shim.sample(source).getFirst();
      assertThat(hung.isUp()).isFalse();
      assertThat(hung.id().name().toOptional()).contains("NVIDIA L40S");
      assertThat(hung.hung())
          .contains(
              (Absent<?>)
                  Reading.absent(
                      Why.HUNG,
                      "nvmlDeviceGetDecoderUtilization",
                      "does not answer since 2026-01-01T12:00:00Z"));
      long before = System.nanoTime();
      List<GpuSample> third = Shim.sample(source);
      // It was not waited for once more.
      assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(SHORT);
      assertThat(third.get(0).isUp()).isFalse();
      assertThat(third.get(1).load(Engine.ENCODER).toOptional()).contains(64);
    }
  }

  @Test
  void aGpuThatIsLostOnTheWay_isSaidToBe_andKeepsItsName() {
    String library = Shim.l40s(folder, "1 * from 2 !15");
    try (NvmlSource source = Shim.source(library, folder, LONG)) {
      assertThat(Shim.sample(source).get(1).fault()).isEmpty();
      GpuSample lost = Shim.sample(source).get(1);
      assertThat(lost.fault()).hasValueSatisfying(fault -> assertThat(fault).contains("lost (15)"));
      assertThat(lost.id().pci().toOptional()).contains("0000:41:00.0");
    }
  }

  @Test
  void withoutALibrary_theSourceSaysSo() {
    try (NvmlSource source = Shim.source(folder.resolve("none.so").toString(), folder, LONG)) {
      Source.Answer answer = source.read(Shim.NOON);
      assertThat(answer.gpus()).isEmpty();
      assertThat(answer.state())
          .isEqualTo(
              Reading.absent(
                  Why.MISSING,
                  folder.resolve("none.so").toString(),
                  "the dynamic linker cannot load it"));
    }
  }

  @Test
  void aDriverThatIsLoadedLater_isFound() {
    String library =
        Shim.l40s(folder, "system nvmlInitWithFlags !9", "system nvmlInitWithFlags from 2 0");
    try (NvmlSource source = Shim.source(library, folder, LONG)) {
      assertThat(Shim.sample(source)).isEmpty();
      assertThat(Shim.sample(source)).hasSize(2);
    }
  }
}
