package dev.penstock.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.node.journal.Fault;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SoundnessTest {
  private static final Set<String> GPUS = Set.of("a", "b", "c");

  private final Soundness soundness = new Soundness();
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");

  private void fails(String input, String job, String gpu) {
    soundness.failed(List.of(new Fault(input, gpu, id(job), 1, now, "it died")), now);
  }

  private static JobId id(String last) {
    return new JobId("0".repeat(26 - last.length()) + last);
  }

  private List<String> condemned() {
    return soundness.condemned(GPUS, now);
  }

  @Test
  void inputsThatFailNowhereElse_speakAgainstTheGpu() {
    fails("one", "1", "a");
    fails("two", "2", "a");
    assertThat(condemned()).isEmpty();
    fails("three", "3", "a");
    assertThat(condemned()).containsExactly("a");
    assertThat(soundness.out().get("a")).startsWith("3 jobs failed on it, the last: it died");
    assertThat(condemned()).as("once").isEmpty();
  }

  @Test
  void oneInputOfManyJobs_speaksAgainstItself_untilItIsDone() {
    for (int i = 1; i <= 4; i++) {
      fails("same", Integer.toString(i), "a");
    }
    assertThat(condemned()).isEmpty();
    soundness.done("same", List.of("b"), now);
    assertThat(condemned()).containsExactly("a");
  }

  @Test
  void whatFailsEverywhere_speaksAgainstNoGpu() {
    for (String input : List.of("one", "two", "three")) {
      fails(input, "1", "a");
      fails(input, "1", "b");
    }
    assertThat(condemned()).isEmpty();
    assertThat(soundness.isDoubtful("a", "one")).isFalse();
  }

  @Test
  void aFaultOnAGpuThatFailsOthersToo_isNoEvidence() {
    fails("one", "1", "a");
    assertThat(soundness.isDoubtful("a", "one")).isFalse();
    assertThat(soundness.isDoubtful("a", "two")).isTrue();
    assertThat(soundness.isDoubtful("b", "two")).isFalse();
  }

  @Test
  void itComesBack_andHasToShowThatItWorks() {
    condemn("a");
    assertThat(soundness.back(now)).isEmpty();
    now = now.plus(Soundness.FIRST_OUT);
    assertThat(soundness.back(now)).containsExactly("a");
    assertThat(soundness.out()).isEmpty();
    fails("other", "9", "a");
    assertThat(condemned()).containsExactly("a");

    now = now.plus(Soundness.FIRST_OUT);
    assertThat(soundness.back(now)).as("twice as long").isEmpty();
    now = now.plus(Soundness.FIRST_OUT);
    assertThat(soundness.back(now)).containsExactly("a");
    soundness.done("another", List.of("a"), now);
    fails("more", "8", "a");
    assertThat(condemned()).isEmpty();
  }

  @Test
  void theLastOneStays_andAnOperatorHasTheLastWord() {
    condemn("a");
    condemn("b");
    List.of("1", "2", "3").forEach(each -> fails("on c " + each, each, "c"));
    assertThat(condemned()).isEmpty();
    soundness.clear("a");
    assertThat(soundness.out()).containsOnlyKeys("b");
    assertThat(soundness.isDoubtful("a", "new")).isFalse();
  }

  @Test
  void whatIsLongAgo_doesNotCount() {
    fails("one", "1", "a");
    fails("two", "2", "a");
    now = now.plus(Soundness.WINDOW).plusSeconds(1);
    fails("three", "3", "a");
    assertThat(condemned()).isEmpty();
  }

  private void condemn(String gpu) {
    List.of("1", "2", "3").forEach(each -> fails("on " + gpu + " " + each, each, gpu));
    assertThat(condemned()).containsExactly(gpu);
  }
}
