package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Demand;
import dev.penstock.model.Load;
import dev.penstock.model.Urgency;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlansTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_900_000_000);

  private static Candidate job(int number, String tenant, Urgency urgency) {
    return new Candidate(
        new JobId("01ARZ3NDEKTSV4RRFFQ69G5" + (100 + number)),
        tenant,
        urgency,
        50,
        NOW.plusSeconds(number),
        Optional.empty(),
        new Demand(Load.NONE, List.of(), 0, /* elastic= */ false, List.of()),
        Map.of(),
        List.of(),
        List.of(),
        1,
        /* decodes= */ false,
        /* inSegments= */ true,
        Optional.empty());
  }

  /** So that a plan goes for one that is needed sooner, and none goes for one that is not. */
  @Test
  void thePlanThatGoes_isOfTheJobThatGoesLast() {
    List<Candidate> batch = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      batch.add(job(i, "a", Urgency.BATCH));
    }
    assertThat(Plans.last(batch, NOW)).isEqualTo(batch.get(4).id());

    List<Candidate> urgent = new ArrayList<>(batch);
    urgent.add(job(9, "a", Urgency.LIVE));
    assertThat(Plans.last(urgent, NOW)).isEqualTo(batch.get(4).id());

    List<Candidate> another = new ArrayList<>(batch);
    another.add(job(9, "b", Urgency.BATCH));
    assertThat(Plans.last(another, NOW)).as("tenants take turns").isEqualTo(batch.get(4).id());
  }
}
