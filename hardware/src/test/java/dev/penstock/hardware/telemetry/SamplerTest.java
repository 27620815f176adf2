package dev.penstock.hardware.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");

  @TempDir Path root;

  @Test
  void aSnapshot_hasTheClocksTime_andTheAnswersOfAllSources() {
    try (Sampler sampler = new Sampler(List.of(said("a"), said("b")), InstantSource.fixed(NOON))) {
      Snapshot snapshot = sampler.sample();
      assertThat(snapshot.at()).isEqualTo(NOON);
      assertThat(snapshot.answers()).extracting(Source.Answer::name).containsExactly("a", "b");
      assertThat(snapshot.gpus()).isEmpty();
    }
  }

  @Test
  void itRuns_untilItIsOver() throws InterruptedException {
    List<Snapshot> seen = new ArrayList<>();
    try (Sampler sampler = new Sampler(List.of(said("a")), InstantSource.system())) {
      sampler.run(Duration.ofMillis(5), seen::add, () -> seen.size() == 4);
    }
    assertThat(seen).hasSize(4);
    assertThat(Duration.between(seen.getFirst().at(), seen.getLast().at()))
        .isGreaterThanOrEqualTo(Duration.ofMillis(10));
  }

  @Test
  void itDoesNotWaitForTheNext_whenItIsOver() throws InterruptedException {
    List<Snapshot> seen = new ArrayList<>();
    try (Sampler sampler = new Sampler(List.of(said("a")), InstantSource.system())) {
      sampler.run(Duration.ofHours(1), seen::add, () -> !seen.isEmpty());
    }
    assertThat(seen).hasSize(1);
  }

  @Test
  void prometheus_hasTheNamesOfTheContract_andNoLineForWhatIsAbsent() {
    new DrmTree(root)
        .card(0, "amdgpu", "0000:03:00.0")
        .file(0, "product_name", "A \"quoted\" name")
        .file(0, "gpu_busy_percent", "42\n");
    try (Sampler sampler = new Sampler(List.of(new DrmSource(root)), InstantSource.fixed(NOON))) {
      assertThat(PrometheusText.of(sampler.sample(), _ -> 2))
          .contains(
              "# TYPE penstock_gpu_engine_utilization_ratio gauge\n",
              "penstock_gpu_engine_utilization_ratio{gpu=\"0\",uuid=\"0000:03:00.0\","
                  + "engine=\"graphics\"} 0.42\n",
              "name=\"A \\\"quoted\\\" name\"",
              "penstock_gpu_verdict{gpu=\"0\",uuid=\"0000:03:00.0\"} 2\n",
              "penstock_gpu_up{gpu=\"0\",uuid=\"0000:03:00.0\"} 1\n",
              "penstock_gpu_sample_timestamp_seconds 1767268800\n")
          .doesNotContain("penstock_gpu_temperature_celsius{", "DCGM");
    }
  }

  private static Source said(String name) {
    return new Source() {
      @Override
      public Answer read(Instant now) {
        return new Answer(name, Reading.of("", name), List.of());
      }

      @Override
      public void close() {
        // It holds nothing.
      }
    };
  }
}
