package dev.penstock.hardware.nvidia;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Children;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.nvidia.NvmlFacts.Gpu;
import dev.penstock.hardware.telemetry.ClockReason;
import dev.penstock.hardware.telemetry.RecoveryAction;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Absent;
import dev.penstock.model.Reading.Present;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Facts of scenarios, read through the real binding. */
class NvmlFactsTest {
  @TempDir Path folder;

  @Test
  void everything_isRead() throws IOException {
    Files.createDirectories(folder.resolve("proc/4242"));
    Files.writeString(folder.resolve("proc/4242/comm"), "ffmpeg\n");
    NvmlFacts facts =
        Shim.facts(
            folder,
            "* nvmlDeviceGetFanSpeed_v2/0 40",
            "* nvmlDeviceGetRetiredPages_v2/0 2",
            "* nvmlDeviceGetRetiredPages_v2/1 1",
            "* nvmlDeviceGetRetiredPagesPendingStatus 0",
            "* nvmlDeviceGetRemappedRows 3 1 1 0",
            "* nvmlDeviceGetMigMode 0 1",
            "* nvmlDeviceGetTemperatureThreshold/2 105",
            "* nvmlDeviceGetFieldValues/82 54",
            "* nvmlDeviceGetSramEccErrorStatus 1",
            "* nvmlDeviceGetGridLicensableFeatures_v4 1 0 NVIDIA Virtual Applications");

    assertThat(flat(facts.system()))
        .containsEntry("init", "0")
        .containsEntry("driver", "570.86.15")
        .containsEntry("nvml", "12.570.86.15")
        .containsEntry("cuda", "12.8")
        .containsEntry("gpus", "2");
    assertThat(facts.gpus()).hasSize(2);
    Map<String, String> gpu = flat(facts.gpus().getFirst());
    assertThat(gpu)
        .containsEntry("identity.name", "NVIDIA L40S")
        .containsEntry("identity.brand", "nvidia")
        .containsEntry("identity.uuid", "GPU-5a1e0000-0000-4000-8000-000000000000")
        .containsEntry("identity.serial", "1324000000001")
        .containsEntry("identity.pci", "0000:21:00.0")
        .containsEntry("identity.ids", "10de:26b9")
        .containsEntry("identity.subsystem", "10de:1851")
        .containsEntry("identity.minor", "0")
        .containsEntry("identity.vbios", "95.02.66.00.02")
        .containsEntry("identity.architecture", "ada")
        .containsEntry("identity.numaNode", "0")
        .containsEntry("identity.gsp", "570.86.15")
        .containsEntry("identity.gspEnabled", "true")
        .containsEntry("pcie.generation", "4")
        .containsEntry("pcie.maxGeneration", "4")
        .containsEntry("pcie.gpuMaxGeneration", "4")
        .containsEntry("pcie.width", "16")
        .containsEntry("pcie.maxWidth", "16")
        .containsEntry("pcie.replays", "0")
        .containsEntry(
            "memory",
            "Vram[total=48305799168, reserved=630194176, free=41070297088, used=6605307904]")
        .containsEntry("bar1", "Bar1[total=68719476736, free=68684873728, used=34603008]")
        .containsEntry("thermal.gpu", "61")
        .containsEntry("thermal.memory", "54")
        .containsEntry("thermal.margin", "27")
        .containsEntry("thermal.shutdown", "95")
        .containsEntry("thermal.slowdown", "92")
        .containsEntry("thermal.memoryMax", "105")
        .containsEntry("thermal.gpuMax", "88")
        .containsEntry("thermal.shutdownMargin", "-5")
        .containsEntry("thermal.slowdownMargin", "-2")
        .containsEntry("thermal.fan", "40")
        .containsEntry("power.draw", "212000")
        .containsEntry("power.instant", "213000")
        .containsEntry("power.enforced", "350000")
        .containsEntry("power.minLimit", "100000")
        .containsEntry("power.maxLimit", "350000")
        .containsEntry("power.energy", "987654321")
        .containsEntry("power.source", "ac")
        .containsEntry("clocks.graphics", "2490")
        .containsEntry("clocks.video", "1935")
        .containsEntry("clocks.maxVideo", "1965")
        .containsEntry("clocks.state", "P0")
        .containsEntry("ecc.enabled", "true")
        .containsEntry("ecc.corrected", "0")
        .containsEntry("ecc.correctedEver", "2")
        .containsEntry("ecc.uncorrectedEver", "0")
        .containsEntry("ecc.sramThresholdExceeded", "true")
        .containsEntry("retiredPages.singleBit", "2")
        .containsEntry("retiredPages.doubleBit", "1")
        .containsEntry("retiredPages.pending", "false")
        .containsEntry(
            "remappedRows", "RemappedRows[corrected=3, uncorrected=1, pending=true, failure=false]")
        .containsEntry("rowHistogram", "RowHistogram[max=192, high=0, partial=0, low=0, none=0]")
        .containsEntry("modes.mig", "false")
        .containsEntry("modes.migPending", "true")
        .containsEntry("modes.compute", "default")
        .containsEntry("modes.persistence", "true")
        .containsEntry("modes.virtualization", "none")
        .containsEntry(
            "modes.licenses",
            "[License[product=NVIDIA Virtual Applications, enabled=true, licensed=false]]")
        .containsEntry("inforomValid", "true");
    Gpu first = facts.gpus().getFirst();
    assertThat(first.recovery().toOptional()).contains(RecoveryAction.NONE);
    assertThat(first.reasons().toOptional().orElseThrow()).containsExactly(ClockReason.POWER_CAP);
    assertThat(first.sessions().toOptional().orElseThrow())
        .extracting(session -> session.codec() + " " + session.width() + " " + session.process())
        .containsExactly(
            "h264 1920 Optional[ffmpeg]", "hevc 1280 Optional[ffmpeg]", "av1 3840 Optional.empty");
    assertThat(first.processes().toOptional().orElseThrow())
        .extracting(process -> process.pid() + " " + process.memory().toOptional().orElseThrow())
        .containsExactly("4242 1610612736", "4243 2147483648");
    assertThat(facts.gpus().get(1).sessions().toOptional().orElseThrow()).isEmpty();
    // With every line above, nothing of the first GPU is left unread.
    assertThat(gpu.values()).noneMatch(value -> value.startsWith("Absent"));
  }

  @Test
  void noLibrary_isMissing_andHasNoGpus() {
    NvmlFacts facts =
        NvmlFacts.read(
            folder.resolve("none.so").toString(), folder, Shim.CLOCK, Duration.ofSeconds(10));
    assertThat(facts.gpus()).isEmpty();
    assertThat(why(facts.system().library())).isEqualTo(Why.MISSING);
    assertThat(why(facts.system().init())).isEqualTo(Why.MISSING);
  }

  @Test
  void aDriverOfAnotherVersion_isTheCodeOfInit() {
    NvmlFacts facts = Shim.facts(folder, "system nvmlInitWithFlags !18");
    assertThat(facts.system().library().toOptional()).isPresent();
    assertThat(facts.system().init().toOptional()).contains(18);
    assertThat(facts.system().driver())
        .isEqualTo(
            Reading.absent(
                Why.FAILED, "nvmlInitWithFlags", "driver/library version mismatch (18)"));
    assertThat(facts.gpus()).isEmpty();
  }

  @Test
  void everyReturnCode_hasItsReason() {
    NvmlFacts facts =
        Shim.facts(
            folder,
            "0 nvmlDeviceGetSerial !3",
            "0 nvmlDeviceGetPowerUsage !4",
            "0 nvmlDeviceGetEccMode !17",
            "0 nvmlDeviceValidateInforom !14",
            "0 nvmlDeviceGetMigMode !13",
            "0 nvmlDeviceGetVbiosVersion !999");
    Gpu gpu = facts.gpus().getFirst();
    assertThat(why(gpu.identity().serial())).isEqualTo(Why.UNSUPPORTED);
    assertThat(why(gpu.power().draw())).isEqualTo(Why.DENIED);
    assertThat(why(gpu.ecc().enabled())).isEqualTo(Why.DENIED);
    assertThat(gpu.inforomValid())
        .isEqualTo(
            Reading.absent(Why.FAILED, "nvmlDeviceValidateInforom", "corrupted infoROM (14)"));
    assertThat(why(gpu.modes().mig())).isEqualTo(Why.UNSUPPORTED);
    assertThat(why(gpu.identity().vbios())).isEqualTo(Why.FAILED);
    assertThat(gpu.fault()).isEmpty();
  }

  @Test
  void aLostGpu_isAFault_andHarmsNoOther() {
    NvmlFacts facts = Shim.facts(folder, "0 * !15");
    Gpu lost = facts.gpus().getFirst();
    assertThat(lost.fault()).contains("nvmlDeviceGetHandleByIndex_v2: GPU is lost (15)");
    assertThat(why(lost.power().draw())).isEqualTo(Why.FAILED);
    assertThat(facts.gpus().get(1).fault()).isEmpty();
    assertThat(facts.gpus().get(1).power().draw().toOptional()).contains(212_000L);
  }

  @Test
  void aMissingFunction_blindsOneReading() {
    Gpu whole = Shim.facts(folder.resolve("a")).gpus().getFirst();
    Gpu gpu =
        Shim.facts(
                folder.resolve("b"),
                "missing nvmlDeviceGetRemappedRows",
                "missing nvmlDeviceGetArchitecture")
            .gpus()
            .getFirst();
    assertThat(why(gpu.remappedRows())).isEqualTo(Why.MISSING);
    assertThat(why(gpu.identity().architecture())).isEqualTo(Why.MISSING);
    Map<String, String> expected = flat(whole);
    expected.keySet().removeAll(Set.of("remappedRows", "identity.architecture", "processes"));
    assertThat(flat(gpu)).containsAllEntriesOf(expected);
  }

  @Test
  void olderNames_areTriedWhereNewerOnesAreMissing() {
    Gpu gpu =
        Shim.facts(
                folder,
                "missing nvmlDeviceGetCurrentClocksEventReasons",
                "missing nvmlDeviceGetTemperatureV",
                "* nvmlDeviceGetCurrentClocksThrottleReasons 0x40",
                "* nvmlDeviceGetTemperature/0 70")
            .gpus()
            .getFirst();
    assertThat(gpu.reasons().toOptional().orElseThrow()).containsExactly(ClockReason.HW_THERMAL);
    assertThat(gpu.thermal().gpu().toOptional()).contains(70);
  }

  @Test
  void linesOfAScenario_holdFromTheirTimeOn() {
    Gpu gpu =
        Shim.facts(
                folder,
                "0 nvmlDeviceGetPowerUsage after 0 1000",
                "0 nvmlDeviceGetPowerUsage after 9999 2000")
            .gpus()
            .getFirst();
    assertThat(gpu.power().draw().toOptional()).contains(1000L);
  }

  @Test
  void moreSessionsThanThereIsRoomFor_areAllRead() {
    StringBuilder sessions = new StringBuilder("0 nvmlDeviceGetEncoderSessions 1 1 0 64 64 25 10");
    for (int i = 2; i <= 40; i++) {
      sessions.append("; ").append(i).append(" 1 0 64 64 25 10");
    }
    Gpu gpu = Shim.facts(folder, sessions.toString()).gpus().getFirst();
    assertThat(gpu.sessions().toOptional().orElseThrow()).hasSize(40);
  }

  @Test
  void aGpuThatHangs_keepsItsName_andHarmsNoOther() {
    String library = Shim.l40s(folder, "0 nvmlDeviceGetPowerUsage hang");
    NvmlFacts facts = NvmlFacts.read(library, folder, Shim.CLOCK, Duration.ofMillis(700));
    Gpu hung = facts.gpus().getFirst();
    assertThat(hung.identity().name().toOptional()).contains("NVIDIA L40S");
    assertThat(hung.thermal().gpu())
        .isEqualTo(
            Reading.absent(
                Why.HUNG, "nvmlDeviceGetPowerUsage", "does not answer since 2026-01-01T12:00:00Z"));
    assertThat(facts.gpus().get(1).power().draw().toOptional()).contains(212_000L);
  }

  @Test
  void aLibraryThatHangs_isHung() {
    String library = Shim.l40s(folder, "system nvmlInitWithFlags hang");
    NvmlFacts facts = NvmlFacts.read(library, folder, Shim.CLOCK, Duration.ofMillis(300));
    assertThat(why(facts.system().init())).isEqualTo(Why.HUNG);
    assertThat(facts.gpus()).isEmpty();
  }

  @Test
  void facts_surviveJson() {
    NvmlFacts facts = Shim.facts(folder, "0 nvmlDeviceGetSerial !3", "1 * !16");
    assertThat(FactsJson.read(FactsJson.line(facts), NvmlFacts.class)).isEqualTo(facts);
  }

  @Test
  void aChildProcess_answersForIt_alsoWhenAGpuHangs() {
    String library = Shim.l40s(folder, "1 nvmlDeviceGetPowerUsage hang");
    NvmlFacts facts =
        new Children(Map.of("PENSTOCK_NVML", library))
            .ask(NvmlProbe.class, "", Duration.ofSeconds(30))
            .as(NvmlFacts.class, "NvmlProbe")
            .toOptional()
            .orElseThrow();
    assertThat(facts.gpus().getFirst().power().draw().toOptional()).contains(212_000L);
    assertThat(why(facts.gpus().get(1).power().draw())).isEqualTo(Why.HUNG);
  }

  private static Why why(Reading<?> reading) {
    return reading instanceof Absent<?>(Why why, String _, String _) ? why : null;
  }

  /** Readings by their names. */
  private static Map<String, String> flat(Record record) {
    Map<String, String> all = new TreeMap<>();
    flatten("", record, all);
    return all;
  }

  private static void flatten(String prefix, Record record, Map<String, String> all) {
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      String name = prefix + component.getName();
      switch (value(component, record)) {
        case Present<?>(Object value, String _) -> all.put(name, value.toString());
        case Absent<?> absent -> all.put(name, absent.toString());
        case Record part -> flatten(name + ".", part, all);
        default -> {}
      }
    }
  }

  private static Object value(RecordComponent component, Record of) {
    try {
      return component.getAccessor().invoke(of);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
