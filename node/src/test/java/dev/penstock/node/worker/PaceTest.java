package dev.penstock.node.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Progress;
import dev.penstock.node.worker.FromWorker.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final Timeouts TIMEOUTS = Timeouts.standard();

  private static Duration at(long seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static FromWorker.Progress said(Phase phase, long frames) {
    return new FromWorker.Progress(1, phase, Optional.of(progress(frames)));
  }

  private static Progress progress(long frames) {
    return new Progress(
        OptionalDouble.empty(), frames, 0, 0, Duration.ZERO, Duration.ZERO, 0, 0, Optional.empty());
  }

  @Test
  void whatGetsOn_isNeverOverdue() {
    Pace pace = Pace.from(at(0));
    for (int i = 0; i < 100; i++) {
      pace = pace.told(said(Phase.ENCODING, i), at(i * 100L));
      assertThat(pace.overdue(TIMEOUTS, at(i * 100L + 99))).isEmpty();
    }
  }

  @Test
  void talkingWithoutGettingOn_isAStall() {
    Pace pace = Pace.from(at(0)).told(said(Phase.ENCODING, 7), at(10));
    for (int second = 11; second <= 130; second++) {
      pace = pace.told(said(Phase.ENCODING, 7), at(second));
      assertThat(pace.overdue(TIMEOUTS, at(second))).isEmpty();
    }
    assertThat(pace.overdue(TIMEOUTS, at(131))).contains("stalled: there was no packet for 120 s");
  }

  @Test
  void waitingForOthers_isNone() {
    Pace pace = Pace.from(at(0)).told(said(Phase.ENCODING, 7), at(0));
    FromWorker.Progress waits =
        new FromWorker.Progress(
            1,
            Phase.ENCODING,
            Optional.of(progress(7).hindered(Optional.of("sessions"), List.of())));
    for (int second = 0; second < 1000; second += 100) {
      pace = pace.told(waits, at(second));
      assertThat(pace.overdue(TIMEOUTS, at(second + 100))).isEmpty();
    }
  }

  @Test
  void eachPhase_hasADeadlineOfItsOwn() {
    Pace opening = Pace.from(at(0));
    assertThat(opening.overdue(TIMEOUTS, TIMEOUTS.opening())).isEmpty();
    assertThat(opening.overdue(TIMEOUTS, TIMEOUTS.opening().plusMillis(1)))
        .contains("was not planned within " + TIMEOUTS.opening().toSeconds() + " s");

    Pace finishing = opening.told(said(Phase.FINISHING, 1), at(1000));
    assertThat(finishing.overdue(TIMEOUTS, at(1000).plus(TIMEOUTS.finishing()))).isEmpty();
    assertThat(finishing.overdue(TIMEOUTS, at(1001).plus(TIMEOUTS.finishing()))).isPresent();
  }
}
