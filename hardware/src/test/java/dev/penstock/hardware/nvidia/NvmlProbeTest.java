package dev.penstock.hardware.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Children;
import dev.penstock.model.Reading;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** NVML asked in another process, as the doctor does. */
@Timeout(60)
class NvmlProbeTest {
  @TempDir Path folder;

  @Test
  void facts_comeBackFromAChild() {
    NvmlFacts facts = asked(Shim.l40s(folder));

    assertThat(facts.system().driver())
        .isEqualTo(Reading.of("570.86.15", "nvmlSystemGetDriverVersion"));
    assertThat(facts.gpus()).hasSize(2);
    assertThat(facts.gpus().getFirst().identity().pci().toOptional()).contains("0000:21:00.0");
    assertThat(facts.gpus().getFirst().sessions().toOptional().orElseThrow()).hasSize(3);
  }

  @Test
  void aGpuThatHangs_isNamed_withinTheDeadline() {
    NvmlFacts facts = asked(Shim.l40s(folder, "1 nvmlDeviceGetPowerUsage hang"));

    assertThat(facts.gpus().getFirst().power().draw().toOptional()).contains(212_000L);
    assertThat(facts.gpus().get(1).identity().pci().toOptional()).contains("0000:41:00.0");
    assertThat(facts.gpus().get(1).thermal().gpu())
        .isInstanceOfSatisfying(
            Reading.Absent.class, absent -> assertThat(absent.why()).isEqualTo(Reading.Why.HUNG));
  }

  private static NvmlFacts asked(String library) {
    Children children = new Children(Map.of("PENSTOCK_NVML", library));
    Answer answer = children.ask(NvmlProbe.class, "", Duration.ofSeconds(12));
    return answer.as(NvmlFacts.class, "NvmlProbe").toOptional().orElseThrow();
  }
}
