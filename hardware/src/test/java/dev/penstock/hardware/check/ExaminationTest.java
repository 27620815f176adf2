package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Machine.Origin;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Finding.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is made of findings: changes, scripts. */
class ExaminationTest {
  private static final Remedy REBOOT = Remedy.command("Reboot.", "reboot");
  private static final Remedy LOAD = Remedy.safe("Load the module.", "modprobe nvidia-uvm");

  private static Finding finding(String check, String subject, Status status, String summary) {
    return new Finding(
        check, Optional.of(subject), status, summary, List.of(), "", List.of(LOAD, REBOOT));
  }

  private static Examination examination(Finding... findings) {
    return new Examination(
        new Origin(Origin.How.BUILT, "a test\nrm -rf /"),
        Optional.of(Examination.Fitness.DEGRADED),
        List.of(findings));
  }

  @Test
  void itComesBackFromJson() {
    Examination examination = examination(finding("pci.enum", "a", Status.WARN, "x"));

    assertThat(FactsJson.read(FactsJson.line(examination), Examination.class))
        .isEqualTo(examination);
  }

  @Test
  void changes_areStatuses_andWordsThatAreSteady() {
    Examination before =
        examination(
            finding("nv.thermal", "0", Status.PASS, "61 C"),
            finding("nv.decode", "0", Status.PASS, "h264, av1"),
            finding("nv.ecc", "0", Status.PASS, "none"),
            finding("pci.enum", "1", Status.PASS, "there"));
    Examination after =
        examination(
            finding("nv.thermal", "0", Status.PASS, "64 C"),
            finding("nv.decode", "0", Status.PASS, "h264"),
            finding("nv.ecc", "0", Status.FAIL, "none"),
            finding("pci.enum", "0", Status.PASS, "there"),
            finding("host.new", "0", Status.PASS, "never looked at before"));

    List<Changes.Change> changes =
        Changes.between(before, after, check -> !check.equals("nv.thermal"));

    assertThat(changes)
        .extracting(change -> change.check() + " " + change.subject().orElseThrow())
        .containsExactly("nv.decode 0", "nv.ecc 0", "pci.enum 0", "pci.enum 1");
    assertThat(changes.getLast().after()).isEmpty();
  }

  @Test
  void whatWasNotLookedAtAgain_staysAsItWas() {
    Examination earlier =
        examination(
            finding("pci.enum", "0", Status.PASS, "there"),
            finding("ff.probe", "h264_nvenc", Status.WARN, "does not encode here"));
    Examination now = examination(finding("pci.enum", "0", Status.FAIL, "gone"));

    assertThat(now.completed(earlier, check -> !check.active()).findings())
        .extracting(Finding::check, Finding::summary)
        .containsExactly(tuple("ff.probe", "does not encode here"), tuple("pci.enum", "gone"));
  }

  @Test
  void theScript_doesOnlyWhatIsSafe(@TempDir Path folder) throws Exception {
    String script =
        FixScript.of(
            examination(
                finding("a", "/dev/x\nreboot", Status.FAIL, "is\nreboot"),
                finding("b", "y", Status.WARN, "is too"),
                finding("c", "z", Status.PASS, "is well")));

    assertThat(script.lines().filter(line -> !line.startsWith("#") && !line.isBlank()))
        .containsExactly("failed=0", "modprobe nvidia-uvm || failed=1", "exit $failed");
    assertThat(script).contains("#   reboot\n").doesNotContain("is well");
    assertParses(script, folder);
  }

  private static void assertParses(String script, Path folder)
      throws IOException, InterruptedException {
    Path file = Files.writeString(folder.resolve("fix.sh"), script);
    assertThat(new ProcessBuilder("sh", "-n", file.toString()).start().waitFor()).isZero();
  }
}
