package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.junit.jupiter.api.Test;

class NarrowingTest {
  private static final Plan.Joints JOINTS =
      new Plan.Joints(1000, 2000, 0.5, Optional.empty(), Optional.empty());

  private static SequencedMap<String, String> options(String... keysAndValues) {
    SequencedMap<String, String> options = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      options.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return options;
  }

  @Test
  void asFullAsExpected_nothingChanges() {
    SequencedMap<String, String> given = options("b", "1000", "bufsize", "1000");
    assertThat(Narrowing.of(JOINTS, 0.5, 20, given)).isEqualTo(given);
  }

  @Test
  void emptier_itHasTheRoomThatThereIsAndMakesUpForTheRest() {
    assertThat(
            Narrowing.of(
                JOINTS, 0.2, 20, options("b", "1000", "maxrate", "1000", "bufsize", "1000")))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("b", "970", "maxrate", "1000", "bufsize", "400"));
  }

  @Test
  void empty_aPictureHasRoom() {
    assertThat(Narrowing.of(JOINTS, 0, 1, options("b", "1000", "bufsize", "1000")))
        .containsExactlyInAnyOrderEntriesOf(Map.of("b", "500", "bufsize", "100"));
  }
}
