package dev.penstock.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.engine.Cancellation;
import dev.penstock.model.Failure;
import dev.penstock.model.Outcome;
import dev.penstock.model.Stage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A job whose output failed its verification. */
class WrongOutputTest {
  @TempDir Path folder;

  @Test
  void ends_with7_andWritesTheReport() {
    StringWriter said = new StringWriter();
    OutputOptions output = new OutputOptions();
    output.report = folder.resolve("report.json");
    Failure failure =
        new Failure.WrongOutput(
            new Failure.Diagnosis(
                "out.mp4", Stage.VERIFY, "is not what it should be", "packets", "look at it"),
            Fixtures.report());

    int code =
        new JobRun(
                Terminal.plain(new PrintWriter(said), new PrintWriter(said)),
                new Cancellation(),
                output,
                new WorkOptions(),
                new OpenOptions(),
                "in.mp4",
                folder.resolve("out.mp4").toString())
            .run((_, _) -> new Outcome.Failed(failure));

    assertThat(code).isEqualTo(7);
    assertThat(said.toString())
        .contains("out.mp4: is not what it should be", "stage: verify", "cause: packets");
    assertThat(folder.resolve("report.json")).content().contains("\"not_checked\"");
  }
}
