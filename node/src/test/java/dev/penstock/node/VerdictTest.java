package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.Stage;
import dev.penstock.node.worker.Result.Blame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VerdictTest {
  private static final Diagnosis DIAGNOSIS =
      new Diagnosis("a thing", Stage.ENCODE, "failed", "a cause", "do this");
  private static final Failure LOST = new Failure.DeviceLost(DIAGNOSIS);
  private static final Failure FULL = new Failure.OutOfResource(DIAGNOSIS);

  /** What becomes of a job, by what is known. */
  @ParameterizedTest
  @CsvSource({
    // failure, death, devices that failed on the input, tries before, elsewhere: verdict
    "BadInput,    none,   0, 0, true,  Fail",
    "BadRequest,  none,   0, 0, false, Fail",
    "Full,        none,   0, 0, false, Later PT5S",
    "Full,        none,   0, 2, true,  Later PT20S",
    "Full,        none,   0, 4, false, Fail",
    "Unsupported, none,   0, 0, true,  Later PT0S",
    "Unsupported, none,   0, 0, false, Fail",
    "Lost,        none,   1, 0, true,  Later PT0S",
    "Lost,        none,   1, 0, false, Later PT5S",
    "Lost,        none,   2, 1, true,  SetAside",
    "Lost,        none,   0, 0, true,  Later PT0S",
    "Lost,        none,   1, 4, true,  Fail",
    "Lost,        NONE,   2, 4, true,  Again false",
    "Lost,        SHARED, 2, 4, true,  Again true",
    "Lost,        SOLE,   1, 0, true,  Later PT0S",
    "Lost,        SOLE,   2, 0, true,  SetAside",
    "Bug,         SOLE,   1, 0, false, Later PT5S",
    "Bug,         SOLE,   1, 4, false, Fail",
    "Full,        KILLED, 0, 0, true,  Later PT1S",
    "Lost,        KILLED, 2, 4, true,  Later PT16S",
    "Lost,        KILLED, 0, 19, true, Fail",
  })
  void follows(
      String failure, String death, int devices, int tries, boolean elsewhere, String expected) {
    Optional<Blame> blame =
        death.equals("none") ? Optional.empty() : Optional.of(Blame.valueOf(death));
    List<String> faulted = List.of("one: gone", "two: gone").subList(0, devices);
    Verdict verdict =
        Verdict.of(new Verdict.Facts(failure(failure), blame, faulted, tries, elsewhere));
    assertThat(words(verdict)).isEqualTo(expected);
  }

  private static Failure failure(String name) {
    return switch (name) {
      case "BadInput" -> new Failure.BadInput(DIAGNOSIS);
      case "BadRequest" -> new Failure.BadRequest(DIAGNOSIS);
      case "Unsupported" -> new Failure.Unsupported(DIAGNOSIS);
      case "Bug" -> new Failure.Bug(DIAGNOSIS);
      case "Full" -> FULL;
      case "Lost" -> LOST;
      default -> throw new IllegalArgumentException(name);
    };
  }

  private static String words(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Again(boolean alone) -> "Again " + alone;
      case Verdict.Later(Duration delay) -> "Later " + delay;
      case Verdict.Fail() -> "Fail";
      case Verdict.SetAside(List<String> _) -> "SetAside";
    };
  }

  @Test
  void evidence_isOfEachDevice() {
    assertThat(
            Verdict.of(
                new Verdict.Facts(
                    LOST, Optional.empty(), List.of("one: gone", "two: gone"), 1, true)))
        .isEqualTo(new Verdict.SetAside(List.of("one: gone", "two: gone")));
  }

  /** Also where two have failed on the input: that was their decoders. */
  @Test
  void aDecoderThatFails_isNoReasonToGiveUpTheGpu_norTheInput() {
    Verdict.Facts facts =
        new Verdict.Facts(
            LOST,
            Optional.empty(),
            List.of("one: gone", "two: gone"),
            1,
            /* elsewhere= */ false,
            /* decoder= */ true);
    assertThat(Verdict.of(facts)).isEqualTo(new Verdict.Later(Duration.ZERO));
  }

  @Test
  void delays_doubleUpToALimit() {
    assertThat(Verdict.delay(0, Duration.ofSeconds(5))).hasSeconds(5);
    assertThat(Verdict.delay(3, Duration.ofSeconds(5))).hasSeconds(40);
    assertThat(Verdict.delay(60, Duration.ofSeconds(5))).hasSeconds(320);
  }
}
