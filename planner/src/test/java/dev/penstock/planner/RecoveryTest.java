package dev.penstock.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.planner.Recovery.Facts;
import dev.penstock.planner.Recovery.Fault;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is done when work on a GPU fails. */
class RecoveryTest {
  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # fault, opens, others, waits, pieceFaults, gpuFaults, more, action
          UNABLE, true,  0,  0, 0, 0, true,  WITHOUT_IT
          UNABLE, false, 3,  0, 0, 0, false, NEXT_WAY
          FULL,   true,  2,  0, 0, 0, true,  FEWER
          FULL,   true,  2, 99, 0, 0, false, FEWER
          FULL,   true,  0,  0, 0, 0, true,  ELSEWHERE
          FULL,   true,  0,  0, 0, 0, false, LATER
          FULL,   true,  0, 29, 0, 0, false, LATER
          FULL,   true,  0, 30, 0, 0, false, NEXT_WAY
          LIMIT,  true,  0, 99, 0, 0, false, IN_TURN
          LIMIT,  true,  2,  0, 0, 0, true,  IN_TURN
          LOST,   true,  0,  0, 1, 1, true,  ELSEWHERE
          LOST,   true,  1,  0, 1, 2, true,  WITHOUT_IT
          LOST,   false, 1,  0, 0, 1, true,  WITHOUT_IT
          LOST,   false, 1,  0, 0, 1, false, NEXT_WAY
          LOST,   true,  0,  0, 1, 1, false, NEXT_WAY
          LOST,   true,  0,  0, 2, 1, true,  QUARANTINE
          LOST,   true,  0,  0, 2, 1, false, QUARANTINE
          LOST,   false, 0,  0, 1, 1, false, NEXT_WAY
          """)
  void table(
      Fault fault,
      boolean opens,
      int others,
      int waits,
      int pieceFaults,
      int gpuFaults,
      boolean more,
      Recovery action) {
    assertThat(Recovery.of(new Facts(fault, opens, others, waits, pieceFaults, gpuFaults, more)))
        .isEqualTo(action);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          # needed, known, own, stuck, waited, action
          1, 2, 0, 0,    0, IN_TURN
          2, 2, 0, 0,  299, IN_TURN
          2, 2, 0, 0,  300, NEXT_WAY
          1, 2, 1, 0, 9999, IN_TURN
          3, 2, 0, 0,    0, NEXT_WAY
          3, 2, 2, 0,    0, NEXT_WAY
          1, 2, 1, 1,    0, IN_TURN
          1, 2, 0, 1,  300, NEXT_WAY
          2, 2, 0, 1,    0, NEXT_WAY
          1, 2, 0, 2,    0, NEXT_WAY
          """)
  void waiting(int needed, int known, int own, int stuck, long waited, Recovery action) {
    assertThat(
            Recovery.of(
                new Recovery.Waiting(
                    needed,
                    known,
                    own,
                    stuck,
                    Duration.ofSeconds(waited),
                    Duration.ofSeconds(300))))
        .isEqualTo(action);
  }
}
