package dev.penstock.hardware.telemetry;

import dev.penstock.hardware.telemetry.Source.Answer;
import java.time.Instant;
import java.util.List;

/**
 * A machine's GPUs at one moment.
 *
 * @param answers one of each source, also of those without a GPU, which say why
 */
public record Snapshot(Instant at, List<Answer> answers) {
  public Snapshot {
    answers = List.copyOf(answers);
  }

  /** Those of all sources. */
  public List<GpuSample> gpus() {
    return answers.stream().flatMap(answer -> answer.gpus().stream()).toList();
  }
}
