package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.hardware.SessionLimits;
import dev.penstock.hardware.Tree;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Remedy;
import dev.penstock.model.Finding.Status;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Where the limits of checks are: one reading of a healthy L40S is changed, and one check made. */
class NvmlChecksTest {
  private static final Path L40S = Path.of("src/test/resources/machines/l40s");
  private static final String ADDRESS = "0000:41:00.0";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nv.thermal | thermal/gpu/value | 86 | PASS | 86 °C, 36 °C from its limit, slows down at 92 °C
          nv.thermal | thermal/gpu/value | 87 | WARN | 87 °C, 36 °C from its limit, slows down at 92 °C
          nv.thermal | thermal/gpu/value | 92 | FAIL | 92 °C, 36 °C from its limit, slows down at 92 °C
          nv.thermal | thermal/margin/value | 5 | WARN | 52 °C, 5 °C from its limit, slows down at 92 °C
          nv.thermal | thermal/margin/value | 0 | PASS | 52 °C, slows down at 92 °C
          nv.thermal | thermal/gpu | {"why":"failed","source":"f","text":"unknown error (999)"} | UNKNOWN | the temperature cannot be read: unknown error (999)
          nv.power | power/source/value | "undersized" | WARN | its power supply is too small for it
          nv.power | power/draw | {"why":"failed","source":"f","text":"unknown error (999)"} | WARN | what it draws cannot be read: unknown error (999)
          nv.power | power/draw | {"why":"denied","source":"f","text":"no permission (4)"} | UNKNOWN | the power reading cannot be read: no permission (4)
          nv.power | power/enforced/value | 315000 | PASS | 118 W of 315 W
          nv.power | power/enforced/value | 314000 | PASS | 118 W, capped at 314 W where 350 W is usual
          nv.throttle | reasons/value | ["idle"] | PASS | nothing slows it down
          nv.throttle | reasons/value | ["power_cap"] | PASS | only its power limit holds it back, which is normal under load
          nv.throttle | reasons/value | ["power_cap","power_brake"] | WARN | slowed down at this moment: power brake
          nv.persistence | modes/persistence/value | false | WARN | off, and no display is connected
          nv.computemode | modes/compute/value | "exclusive_process" | WARN | exclusive: one process at a time
          nv.computemode | modes/compute/value | "prohibited" | FAIL | prohibited
          nv.computemode | modes/compute/value | "7" | UNKNOWN | a mode that this version does not know: 7
          nv.mig | modes/mig | {"value":true,"source":"f"} | WARN | on
          nv.vgpu | modes/virtualization/value | "vgpu" | SKIP | this GPU has no licence
          nv.recovery | recovery/value | "reset" | FAIL | the driver asks to reset the GPU
          nv.recovery | recovery/value | "drain_and_reset" | FAIL | the driver asks to end the work of this GPU and its peers, then reset it
          nv.recovery | recovery/value | "reboot" | FAIL | the driver asks to reboot the machine
          nv.recovery | recovery/value | "drain_p2p" | WARN | the driver asks to end the work of this GPU's peers
          nv.inforom | inforomValid | {"why":"failed","source":"f","text":"corrupted infoROM (14)"} | WARN | corrupted
          nv.inforom | inforomValid | {"why":"failed","source":"f","text":"unknown error (999)"} | UNKNOWN | the infoROM cannot be read: unknown error (999)
          nv.gsp | identity/gspEnabled/value | false | PASS | off
          nv.ecc | ecc/uncorrected/value | 1 | FAIL | 1 error that could not be corrected
          nv.ecc | ecc/corrected/value | 12 | PASS | no uncorrected error, 12 corrected
          nv.ecc | ecc/enabled/value | false | SKIP | error correction is off, and on after the next restart
          nv.ecc | ecc/sramThresholdExceeded | {"value":true,"source":"f"} | FAIL | errors in its caches exceed NVIDIA's threshold
          nv.pages | retiredPages | {"singleBit":{"value":60,"source":"f"},"doubleBit":{"value":2,"source":"f"},"pending":{"value":false,"source":"f"}} | PASS | 62 pages are out of use
          nv.pages | retiredPages | {"singleBit":{"value":60,"source":"f"},"doubleBit":{"value":3,"source":"f"},"pending":{"value":false,"source":"f"}} | FAIL | 63 pages are out of use
          nv.pages | retiredPages | {"singleBit":{"value":0,"source":"f"},"doubleBit":{"value":1,"source":"f"},"pending":{"value":true,"source":"f"}} | WARN | a page waits to be taken out of use
          nv.remap | remappedRows/value/failure | true | FAIL | a row could not be replaced
          nv.remap | remappedRows/value/pending | true | WARN | a row waits to be replaced
          nv.remap | remappedRows/value/uncorrected | 511 | PASS | 511 rows were replaced
          nv.remap | remappedRows/value/uncorrected | 512 | FAIL | 512 rows were replaced after uncorrected errors
          nv.remap | rowHistogram/value/low | 1 | WARN | 1 bank has few spare rows left, or none
          nv.vram | memory/value/free | 536870912 | PASS | 512 of 46068 MiB free; used by penstock (pid 4242, 1536 MiB)
          nv.vram | memory/value/free | 536870911 | WARN | 511 of 46068 MiB free; used by penstock (pid 4242, 1536 MiB)
          nv.vram | memory/value/free | 268435455 | FAIL | 255 of 46068 MiB free; used by penstock (pid 4242, 1536 MiB)
          pci.replay | pcie/replays/value | 322560 | PASS | 322560 since the driver was loaded
          pci.replay | pcie/replays/value | 336000 | WARN | 336000 since the driver was loaded, 17 a minute where 16 would be normal
          nv.bar1 | bar1/value/free | 16777215 | WARN | 15 of 65536 MiB of BAR1 are free
          nv.bar1 | bar1/value/total | 268435456 | PASS | BAR1 of 256 MiB, a part of its memory, which is enough to encode
          nv.pcie | pcie/width/value | 8 | WARN | generation 4 x8 where x16 is possible
          nv.pcie | pcie/width/value | 4 | FAIL | generation 4 x4 where x16 is possible
          nv.pcie | pcie/generation/value | 3 | WARN | generation 3 x16 under load where generation 4 is possible
          nv.pcie | pcie/gpuMaxGeneration/value | 5 | PASS | generation 4 x16; the GPU could do generation 5 in another slot
          encode.hardware | identity/name/value | "NVIDIA H100 PCIe" | PASS | NVIDIA H100 PCIe: 3 NVENC (by its model)
          encode.hardware | identity/ids/value | "10de:2331" | FAIL | NVIDIA L40S has no encoder: 0 NVENC, but 7 NVDEC and 7 NVJPEG
          encode.hardware | identity/ids/value | "10de:ffff" | PASS | NVIDIA L40S: 3 NVENC (by its model)
          """)
  void aReading_isJudged(String check, String path, String value, Status status, String summary)
      throws IOException {
    Machine machine = changed("gpus/0/" + path, value);

    Finding finding = examined(check, machine).getFirst();

    assertThat(finding.status() + " " + finding.summary()).isEqualTo(status + " " + summary);
    assertThat(finding.subject()).contains(ADDRESS);
    assertIsComplete(finding);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"h200", "geforce-sessions", "mismatch", "throttle", "off-the-bus", "wedged"})
  void whatIsWrong_comesWithItsMeaningAndWhatHelps(String name) throws IOException {
    Machine machine = MachineFolder.read(L40S.resolveSibling(name));
    assertThat(
            Examination.of(machine, NvmlCheck.class::isInstance).findings().stream()
                .filter(finding -> finding.status().compareTo(Status.WARN) >= 0))
        .isNotEmpty()
        .allSatisfy(NvmlChecksTest::assertIsComplete);
  }

  @Test
  void whatIsNoPciAddress_isNotPutIntoACommand() throws IOException {
    JsonNode facts = facts();
    set(facts, "gpus/0/identity/pci/value", "\"0000:41:00.0; touch /tmp/x\"");
    set(facts, "gpus/0/modes/compute/value", "\"prohibited\"");
    set(facts, "gpus/0/recovery/value", "\"reset\"");
    Examination all = Examination.of(with(facts), NvmlCheck.class::isInstance);

    assertThat(all.findings().stream().flatMap(finding -> finding.remedies().stream()))
        .flatExtracting(Remedy::commands)
        .contains(
            "sudo nvidia-smi -i " + ADDRESS + " --compute-mode=DEFAULT",
            "sudo nvidia-smi --gpu-reset -i " + ADDRESS)
        .noneMatch(command -> command.contains("touch"));
  }

  @Test
  void anIdleLink_isNotJudged() throws IOException {
    JsonNode facts = facts();
    set(facts, "gpus/0/pcie/generation/value", "1");
    set(facts, "gpus/0/clocks/state/value", "\"P8\"");

    assertThat(examined("nv.pcie", with(facts)))
        .extracting(Finding::status, Finding::summary)
        .containsExactly(
            tuple(
                Status.SKIP,
                "generation 1 x16 of generation 4, not judged: the GPU does next to nothing"));

    set(facts, "gpus/0/clocks/state/value", "\"P0\"");
    String load = "[{\"engine\":\"graphics\",\"percent\":{\"value\":%d,\"source\":\"f\"}}]";
    set(facts, "gpus/0/engines", load.formatted(9));
    assertThat(examined("nv.pcie", with(facts)).getFirst().status()).isEqualTo(Status.SKIP);
    set(facts, "gpus/0/engines", load.formatted(10));
    assertThat(examined("nv.pcie", with(facts)).getFirst().status()).isEqualTo(Status.WARN);
    set(facts, "gpus/0/engines", "[]");
    assertThat(examined("nv.pcie", with(facts)).getFirst().summary())
        .endsWith("not judged: whether the GPU works is not known");
  }

  @Test
  void aVirtualGpuWithoutALicence_isSaid() throws IOException {
    JsonNode facts = facts();
    set(facts, "gpus/0/modes/virtualization/value", "\"vgpu\"");
    set(
        facts,
        "gpus/0/modes/licenses",
        "{\"value\":[{\"product\":\"NVIDIA RTX Virtual Workstation\",\"enabled\":true,"
            + "\"licensed\":false}],\"source\":\"f\"}");

    Finding finding = examined("nv.vgpu", with(facts)).getFirst();

    assertThat(finding.status()).isEqualTo(Status.FAIL);
    assertThat(finding.summary()).isEqualTo("no licence for NVIDIA RTX Virtual Workstation");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          4 | the device nodes may not be used (4)
          9 | no driver is loaded (9)
          18 | driver and library are of different versions (18)
          999 | NVML answers: unknown error (999)
          12 | NVML cannot be initialised (12)
          """)
  void whatNvmlAnswers_hasItsOwnMeaning(int code, String summary) throws IOException {
    JsonNode facts = facts();
    set(facts, "system/init/value", Integer.toString(code));
    set(facts, "gpus", "[]");
    Machine machine = with(facts);

    List<Finding> findings = examined("nv.driver", machine);

    assertThat(findings).hasSize(1);
    assertThat(findings.getFirst().status()).isEqualTo(Status.FAIL);
    assertThat(findings.getFirst().summary()).isEqualTo(summary);
    assertIsComplete(findings.getFirst());
    assertThat(examined("nv.thermal", machine).getFirst().status()).isEqualTo(Status.UNKNOWN);
    assertThat(examined("encode.hardware", machine).getFirst().status()).isEqualTo(Status.FAIL);
  }

  @Test
  void aMissingLibrary_namesThePackagesOfTheLoadedDriver() throws IOException {
    JsonNode facts = facts();
    String missing =
        "{\"why\":\"missing\",\"source\":\"libnvidia-ml.so.1\",\"text\":\"not there\"}";
    for (String each : List.of("library", "init", "driver", "nvml", "cuda", "gpus")) {
      set(facts, "system/" + each, missing);
    }
    set(facts, "gpus", "[]");

    Finding finding = examined("nv.driver", with(facts)).getFirst();

    assertThat(finding.status()).isEqualTo(Status.FAIL);
    assertThat(finding.summary()).isEqualTo("libnvidia-ml.so.1 cannot be loaded");
    assertThat(finding.remedies().getFirst().commands())
        .containsExactly(
            "sudo apt install libnvidia-compute-570 libnvidia-encode-570 libnvidia-decode-570");
  }

  @Test
  void aGpuThatNvmlDoesNotShow_isNamed() throws IOException {
    JsonNode facts = facts();
    set(facts, "gpus/0/identity/pci/value", "\"0000:af:00.0\"");

    assertThat(examined("nv.driver", with(facts)))
        .extracting(finding -> finding.status() + finding.subject().orElse(""))
        .containsExactly("FAIL" + ADDRESS, "PASS");
  }

  @Test
  void aGpuThatHangs_isNamed_andNothingElseIsSaidOfIt() throws IOException {
    Machine machine =
        changed(
            "gpus/0/thermal/gpu",
            "{\"why\":\"hung\",\"source\":\"nvmlDeviceGetPowerUsage\",\"text\":\"does not answer\"}");

    Finding hang = examined("nv.hang", machine).getFirst();
    assertThat(hang.status()).isEqualTo(Status.FAIL);
    assertThat(hang.subject()).contains(ADDRESS);
    assertIsComplete(hang);
    assertThat(examined("nv.ecc", machine).getFirst().status()).isEqualTo(Status.UNKNOWN);
    assertThat(examined("encode.hardware", machine).getFirst().status()).isEqualTo(Status.FAIL);
  }

  @Test
  void aDriverThatHangs_isSaid_whereTheBusCannotBeRead() throws IOException {
    Machine l40s = MachineFolder.read(L40S);
    Machine machine =
        new Machine(
            l40s.origin(),
            new Tree(Map.of()),
            Map.of("NvmlProbe", new Answer.Lacking(Why.HUNG, "did not answer within 12 s")),
            l40s.user());

    assertThat(examined("nv.hang", machine).getFirst().status()).isEqualTo(Status.FAIL);
    assertThat(examined("nv.vram", machine).getFirst().status()).isEqualTo(Status.UNKNOWN);
    assertThat(examined("encode.hardware", machine).getFirst().status()).isEqualTo(Status.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"6, PASS", "7, WARN", "8, WARN"})
  void sessionsOfConsumerCards_areCountedTogether(int sessions, Status status) throws IOException {
    JsonNode facts = facts();
    set(facts, "gpus/0/identity/brand/value", "\"geforce\"");
    String session =
        "{\"id\":1,\"pid\":7,\"codec\":\"h264\",\"width\":64,\"height\":64,\"fps\":25,"
            + "\"latency\":\"PT0.01S\"}";
    set(
        facts,
        "gpus/0/sessions/value",
        "[" + String.join(",", java.util.Collections.nCopies(sessions, session)) + "]");

    Finding finding = examined("nv.nvenc.sessions", with(facts)).getFirst();

    assertThat(finding.status() + " " + finding.summary())
        .isEqualTo(status + " " + sessions + " of 8 sessions are in use");
  }

  @ParameterizedTest
  @CsvSource({
    "390.157, 2",
    "450.50, 2",
    "450.51, 3",
    "530.41.03, 5",
    "550.54.14, 8",
    "570.86.15, 8",
    "595.45.04, 12"
  })
  void theLimitOfSessions_comesWithTheDriver(String driver, int sessions) {
    assertThat(SessionLimits.standard().of(driver)).hasValue(sessions);
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "3, 16, 8", "4, 16, 16", "5, 16, 31", "9, 16, 62"})
  void normalReplays_dependOnTheLink(int generation, int lanes, int limit) {
    assertThat(NvReplay.limit(generation, lanes)).isEqualTo(limit);
  }

  @Test
  void aMachineWithoutNvidia_isSkipped_andOneThatWasNotAskedIsUnknown() throws IOException {
    Machine none = MachineFolder.read(L40S.resolveSibling("no-gpu"));
    Machine notAsked = answering(Map.of());
    for (Check check : Checks.ALL) {
      if (check.id().startsWith("nv.") && check instanceof NvmlCheck) {
        assertThat(check.examine(none)).extracting(Finding::status).containsOnly(Status.SKIP);
        assertThat(check.examine(notAsked))
            .as(check.id())
            .extracting(Finding::status)
            .containsOnly(check.id().equals("nv.mismatch") ? Status.PASS : Status.UNKNOWN);
      }
    }
  }

  @Test
  void whatIsFatalInTheKernelLog_isAFailure_untilTheDriverIsContent() throws IOException {
    String events =
        "{\"source\":{\"value\":\"/dev/kmsg\",\"source\":\"/dev/kmsg\"},\"refused\":[],\"events\":["
            + "{\"code\":\"xid 48\",\"severity\":\"gpu\",\"secondary\":false,"
            + "\"device\":\"0000:41:00.0\","
            + "\"message\":\"NVRM: Xid (PCI:0000:41:00): 48, x\"}]}";
    JsonNode facts = facts();

    assertThat(logged(facts, events)).isEqualTo(Status.WARN);
    set(facts, "gpus/0/recovery/value", "\"reset\"");
    assertThat(logged(facts, events)).isEqualTo(Status.FAIL);
  }

  private static Status logged(JsonNode facts, String events) throws IOException {
    Machine machine =
        answering(Map.of("NvmlProbe", given(facts.toString()), "KernelLogProbe", given(events)));
    return examined("nv.xidhistory", machine).getFirst().status();
  }

  /** Whoever reads it must know what follows and what to do. */
  private static void assertIsComplete(Finding finding) {
    if (finding.status().compareTo(Status.WARN) >= 0) {
      assertThat(finding.meaning()).isNotBlank();
      assertThat(finding.remedies()).isNotEmpty();
    }
    assertThat(finding.evidence()).isNotEmpty();
  }

  private static List<Finding> examined(String check, Machine machine) {
    return Examination.find(check).orElseThrow().examine(machine);
  }

  private static Machine changed(String path, String value) throws IOException {
    JsonNode facts = facts();
    set(facts, path, value);
    return with(facts);
  }

  private static JsonNode facts() throws IOException {
    Answer answer = MachineFolder.read(L40S).answers().get("NvmlProbe");
    return JsonMapper.shared().readTree(((Answer.Given) answer).json());
  }

  private static void set(JsonNode facts, String path, String value) {
    int end = path.lastIndexOf('/');
    JsonNode at = end < 0 ? facts : facts.at("/" + path.substring(0, end));
    ((ObjectNode) at).set(path.substring(end + 1), JsonMapper.shared().readTree(value));
  }

  private static Machine with(JsonNode facts) throws IOException {
    return answering(Map.of("NvmlProbe", given(facts.toString())));
  }

  private static Answer given(String json) {
    return new Answer.Given(json, Duration.ZERO);
  }

  private static Machine answering(Map<String, Answer> answers) throws IOException {
    Machine l40s = MachineFolder.read(L40S);
    Map<String, Answer> all = new HashMap<>(answers);
    if (answers.containsKey("NvmlProbe")) {
      all.putIfAbsent("KernelLogProbe", new Answer.Lacking(Why.FAILED, "not read"));
    }
    return new Machine(l40s.origin(), l40s.files(), all, l40s.user());
  }
}
