package dev.penstock.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Capability.Api;
import dev.penstock.model.Plan;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CachedResultTest {
  /** No vendor promises the same bytes of another driver; of another GPU of the model, they are. */
  @Test
  void aResultOfAGpu_isThatOfItsModelAndDriver() {
    Plan plan = CachedResult.anonymous(plan("0000:21:00.0", "NVIDIA 575.64.03"));

    assertThat(CachedResult.anonymous(plan("0000:41:00.0", "NVIDIA 575.64.03"))).isEqualTo(plan);
    assertThat(CachedResult.anonymous(plan("0000:21:00.0", "NVIDIA 580.95.05"))).isNotEqualTo(plan);
  }

  private static Plan plan(String key, String driver) {
    Plan.Seat seat =
        new Plan.Seat(
            "NVIDIA L40S", key, Optional.empty(), 3, /* unlimited= */ true, Optional.of(driver));
    return new Plan(
            new Plan.Input("in.mp4", Optional.empty(), Optional.empty()),
            "out.mp4",
            List.of(),
            List.of(),
            Optional.empty(),
            /* strict= */ false)
        .on(
            new Plan.Acceleration(
                Plan.Surfaces.CUDA, /* decoding= */ true, Optional.of(Api.NVENC), List.of(seat)));
  }
}
