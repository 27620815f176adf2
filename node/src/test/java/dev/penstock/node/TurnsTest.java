package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Jobs are words whose first letter is the tenant. */
class TurnsTest {
  private static String tenant(String job) {
    return job.substring(0, 1);
  }

  @Test
  void tenants_takeTurns_andWhoRunsNothingGoesFirst() {
    assertThat(Turns.of(List.of("a1", "a2", "a3", "b1", "c1"), TurnsTest::tenant, Map.of("c", 5)))
        .isEqualTo(Map.of("a1", 0, "a2", 1, "a3", 2, "b1", 0, "c1", 5));
  }

  @Test
  void theFirst_areOfAllTenants_eachInItsOrder() {
    List<String> jobs = IntStream.range(0, 100).mapToObj(i -> (i < 90 ? "a" : "b") + i).toList();
    assertThat(Turns.first(4, jobs, TurnsTest::tenant)).containsExactly("a0", "b90", "a1", "b91");
    assertThat(Turns.first(100, jobs, TurnsTest::tenant)).isSameAs(jobs);
  }
}
