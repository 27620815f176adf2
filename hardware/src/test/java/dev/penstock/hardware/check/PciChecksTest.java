package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Node;
import dev.penstock.hardware.trial.Trial;
import dev.penstock.hardware.trial.Trial.LinkLoad;
import dev.penstock.hardware.trial.TrialProbe;
import dev.penstock.hardware.trial.Wish;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import dev.penstock.model.Reading.Why;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PciChecksTest {
  private static Given link(Given machine, String device, String now, String most) {
    return machine
        .text(Gpu.path(device, "current_link_width"), now)
        .text(Gpu.path(device, "max_link_width"), most);
  }

  @ParameterizedTest
  @CsvSource({
    "16, 16, 16, PASS x16",
    "8, 8, 16, PASS x8",
    "8, 16, 8, 'PASS x8, which is all that the slot has, of x16'",
    "4, 16, 4, 'WARN x4, which is all that the slot has, of x16'",
    "8, 16, 16, 'WARN x8, where x16 is possible'",
    "4, 16, 16, 'FAIL x4, where x16 is possible'",
    "1, 4, 16, 'FAIL x1, where x4 is possible'",
    "63, 16, 16, UNKNOWN its link reads nonsense: 63 lanes",
    "0, 0, 16, SKIP it has no PCIe link: it is part of the processor",
  })
  void lanes(String now, String most, String slot, String found) {
    Given machine = link(Given.nvidia(), Given.GPU, now, most);

    assertThat(link(machine, Given.PORT, now, slot).found(new PciLinkWidth())).isEqualTo(found);
  }

  static List<Check> aboutGpusOfAMaker() {
    return List.of(
        new AmfRuntime(),
        new QsvRuntime(),
        new VaDriver(),
        new VaEntrypoints(),
        new NvDriver(),
        new NvHang(),
        new NvMismatch(),
        new NvXidHistory(),
        new NvThermal());
  }

  @ParameterizedTest
  @MethodSource("aboutGpusOfAMaker")
  void aBusThatCannotBeRead_isNotOneWithoutGpus(Check check) {
    assertThat(new Given().denied(Gpu.DEVICES).found(check))
        .isEqualTo("UNKNOWN the PCI bus cannot be read");
    assertThat(
            Given.gpu("0x1a03", "0x2000", "ast").denied(Gpu.path(Given.GPU, "vendor")).found(check))
        .isEqualTo("UNKNOWN what is at " + Given.GPU + " cannot be read");
    assertThat(new Given().folder(Gpu.DEVICES).found(check))
        .matches("SKIP there is no (AMD GPU|Intel GPU|NVIDIA GPU|GPU of AMD or Intel)");
  }

  @Test
  void lanesOfAVirtualMachine_areNotJudged_whenTheyAreFewer() {
    Given machine =
        link(Given.nvidia(), Given.GPU, "8", "16")
            .link(Gpu.DEVICES + "/" + Given.GPU, "../../../devices/pci0000:00/" + Given.GPU);

    assertThat(machine.found(new PciLinkWidth())).isEqualTo("WARN x8, where x16 is possible");
    assertThat(
            machine
                .text("/proc/cpuinfo", "flags\t\t: fpu hypervisor sse")
                .found(new PciLinkWidth()))
        .startsWith("SKIP x8 of x16; the port above belongs to the host");
  }

  @Test
  void aCardWithASwitch_isJudgedByTheLinkOfTheSwitch() {
    String upstream = "0000:01:00.0";
    String downstream = "0000:02:00.0";
    Given machine =
        Given.gpu("0x1002", "0x744c", "amdgpu")
            .link(
                Gpu.DEVICES + "/" + Given.GPU,
                "../../../devices/pci0000:00/0000:00:01.1/"
                    + upstream
                    + "/"
                    + downstream
                    + "/"
                    + Given.GPU)
            .text(Gpu.path(upstream, "vendor"), "0x1002")
            .text(Gpu.path(downstream, "vendor"), "0x1002");
    link(machine, Given.GPU, "16", "16");
    link(machine, upstream, "8", "16");
    link(machine, "0000:00:01.1", "8", "16");

    assertThat(machine.found(new PciLinkWidth())).isEqualTo("WARN x8, where x16 is possible");
  }

  @ParameterizedTest
  @CsvSource({
    "16.0, 16.0, 16.0, PASS PCIe 4.0",
    "2.5, 16.0, 16.0, 'SKIP PCIe 1.0 of 4.0: at idle a lower speed is normal, not judged'",
    "8.0, 16.0, 8.0, 'PASS PCIe 3.0, which is all that the slot has, of 4.0'",
    "5.0, 32.0, 8.0, 'SKIP PCIe 2.0 of 3.0: at idle a lower speed is normal, not judged'",
  })
  void speeds(String now, String most, String slot, String found) {
    assertThat(
            Given.nvidia()
                .text(Gpu.path(Given.GPU, "current_link_speed"), now + " GT/s PCIe")
                .text(Gpu.path(Given.GPU, "max_link_speed"), most + " GT/s PCIe")
                .text(Gpu.path(Given.PORT, "max_link_speed"), slot + " GT/s PCIe")
                .found(new PciLinkSpeed()))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "16.0, PASS PCIe 4.0 under load (900 MB copied to it)",
    "8.0, WARN PCIe 3.0 of 4.0 under load (900 MB copied to it)",
    ", UNKNOWN the speed of its link under load (900 MB copied to it) is not told",
  })
  void aSlowLink_isJudgedByWhatItDidUnderLoad(String speed, String found) {
    Given machine =
        Given.nvidia()
            .text(Gpu.path(Given.GPU, "current_link_speed"), "2.5 GT/s PCIe")
            .text(Gpu.path(Given.GPU, "max_link_speed"), "16.0 GT/s PCIe")
            .text(Gpu.path(Given.PORT, "max_link_speed"), "16.0 GT/s PCIe");
    Map<String, String> speeds = speed == null ? Map.of() : Map.of(Given.GPU, speed + " GT/s PCIe");
    String wish = Wish.link(Given.GPU).word();

    assertThat(new PciLinkSpeed().trials(machine.machine())).containsExactly(wish);
    assertThat(
            machine
                .answer(
                    TrialProbe.class,
                    wish,
                    link(
                        Optional.empty(),
                        new LinkLoad("900 MB copied to it", speeds, Duration.ofSeconds(1))))
                .found(new PciLinkSpeed()))
        .isEqualTo(found);
    assertThat(
            machine
                .answer(TrialProbe.class, wish, link(Optional.of("cuMemAlloc_v2 failed"), null))
                .found(new PciLinkSpeed()))
        .isEqualTo(
            "SKIP PCIe 1.0 of 4.0: at idle a lower speed is normal, not judged; it could not be"
                + " measured under load: cuMemAlloc_v2 failed");
  }

  private static Trial link(Optional<String> reason, @Nullable LinkLoad load) {
    return new Trial(
        Wish.LINK,
        "",
        true,
        Optional.empty(),
        Duration.ofSeconds(1),
        reason,
        Optional.of(Given.GPU),
        Optional.ofNullable(load));
  }

  @Test
  void aLinkAtItsHighestSpeed_isNotLoaded() {
    assertThat(
            new PciLinkSpeed()
                .trials(
                    Given.nvidia()
                        .text(Gpu.path(Given.GPU, "current_link_speed"), "16.0 GT/s PCIe")
                        .text(Gpu.path(Given.GPU, "max_link_speed"), "16.0 GT/s PCIe")
                        .machine()))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ffffffff, D0, active, FAIL",
    "ffffffff, unknown, active, FAIL",
    "ffffffff, D3cold, suspended, SKIP",
    "ffffffff, D3hot, suspended, SKIP",
    "de10b926, D0, active, PASS",
    "de10, D0, active, UNKNOWN",
  })
  void whatIsGone_isToldFromWhatSleeps(String config, String state, String runtime, Status status) {
    assertThat(
            Given.nvidia()
                .node(Gpu.path(Given.GPU, "config"), new Node.Hex(config))
                .text(Gpu.path(Given.GPU, "power_state"), state)
                .text(Gpu.path(Given.GPU, "power/runtime_status"), runtime)
                .examined(new PciLost()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "0x0000020000000000 0x0000020fffffffff 0x000000000014220c, 'PASS windows have addresses, the largest is 64 GiB'",
    "0x0000000000000000 0x0000000fffffffff 0x000000002014220c, FAIL BAR 0 has no address",
    "0x0000000000000000 0x0000000fffffffff 0x000000000014220c, FAIL BAR 0 has no address",
    "0x000000000000f000 0x000000000000f0ff 0x0000000000040101, 'UNKNOWN names no windows'",
  })
  void windows(String resource, String found) {
    assertThat(
            Given.nvidia()
                .text(Gpu.path(Given.GPU, "resource"), resource)
                .found(new PciBar())
                .replace(Gpu.path(Given.GPU, "resource") + " ", ""))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "0x10de, 0x000000000fffffff, PASS",
    "0x8086, 0x000000000fffffff, WARN",
    "0x8086, 0x00000003ffffffff, PASS",
    "0x1002, 0x000000000fffffff, WARN",
    "0x1002, 0x00000003ffffffff, PASS",
  })
  void smallWindows_matterToAmdAndIntel(String vendor, String size, Status status) {
    long end = Long.decode(size) + 0x4000000000L;
    assertThat(
            Given.gpu(vendor, "0x56a0", "x")
                .text(
                    Gpu.path(Given.GPU, "resource"),
                    "0x0000004000000000 0x%016x 0x000000000014220c".formatted(end))
                .text(Gpu.path(Given.GPU, "mem_info_vram_total"), "17163091968")
                .examined(new PciResizable()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  private static Given errors(int fatal, int other, int corrected) {
    return Given.nvidia()
        .text("/proc/uptime", "600.00 1.00")
        .text(Gpu.path(Given.GPU, "current_link_speed"), "8.0 GT/s PCIe")
        .text(Gpu.path(Given.GPU, "current_link_width"), "16")
        .text(Gpu.path(Given.GPU, "aer_dev_fatal"), "TLP 0\nTOTAL_ERR_FATAL " + fatal)
        .text(Gpu.path(Given.GPU, "aer_dev_nonfatal"), "TLP 0\nTOTAL_ERR_NONFATAL 0")
        .missing(Gpu.path(Given.PORT, "aer_dev_fatal"), Gpu.path(Given.PORT, "aer_dev_correctable"))
        .text(Gpu.path(Given.PORT, "aer_dev_nonfatal"), "TLP 0\nTOTAL_ERR_NONFATAL " + other)
        .text(Gpu.path(Given.GPU, "aer_dev_correctable"), "RxErr 0\nTOTAL_ERR_COR " + corrected);
  }

  /** 0.6 a lane and minute at 8 GT/s, 9.6 and so 10 with 16 lanes; ten minutes are up. */
  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, PASS no errors on its link since the boot",
    "1, 0, 0, FAIL fatal errors on its link since the boot: 1",
    "0, 2, 0, WARN uncorrected errors on its link since the boot: 2",
    "0, 0, 100, PASS corrected errors on its link since the boot: 100",
    "0, 0, 101, WARN corrected errors on its link since the boot: 101",
  })
  void errorsOnTheLink(int fatal, int other, int corrected, String found) {
    assertThat(errors(fatal, other, corrected).found(new PciErrors())).isEqualTo(found);
  }

  @Test
  void errorsThatNobodyCounts_areNothingToJudge_andUnreadableOnesUnknown() {
    String path = Gpu.path(Given.GPU, "aer_dev_fatal");

    assertThat(Given.nvidia().missing(path).found(new PciErrors())).startsWith("SKIP ");
    assertThat(Given.nvidia().denied(path).found(new PciErrors())).startsWith("UNKNOWN ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonfatal", "correctable"})
  void aCounterThatCannotBeRead_doesNotCountAsNone(String kind) {
    String path = Gpu.path(Given.GPU, "aer_dev_" + kind);

    assertThat(errors(0, 0, 0).denied(path).found(new PciErrors()))
        .isEqualTo("UNKNOWN its errors are not all known: " + path);
    assertThat(errors(1, 0, 0).denied(path).found(new PciErrors())).startsWith("FAIL ");
  }

  @ParameterizedTest
  @CsvSource({"536870912, SKIP", "268435456, WARN"})
  void aSmallWindow_doesNotMatter_whereTheDriverSeesAllMemory(String visible, Status status) {
    assertThat(
            Given.gpu("0x1002", "0x15bf", "amdgpu")
                .text(
                    Gpu.path(Given.GPU, "resource"),
                    "0x0000004000000000 0x000000400fffffff 0x000000000014220c")
                .text(Gpu.path(Given.GPU, "mem_info_vram_total"), "536870912")
                .text(Gpu.path(Given.GPU, "mem_info_vis_vram_total"), visible)
                .examined(new PciResizable()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({"nvidia, PASS", "xe, PASS", "nouveau, FAIL", "vfio-pci, SKIP", "snd, FAIL"})
  void drivers(String driver, Status status) {
    assertThat(Given.gpu("0x10de", "0x26b9", driver).examined(new PciDriver()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @Test
  void withoutDriver_theGpuIsOfNoUse() {
    assertThat(Given.nvidia().missing(Gpu.path(Given.GPU, "driver")).found(new PciDriver()))
        .isEqualTo("FAIL no driver is bound to it");
  }

  @ParameterizedTest
  @CsvSource({"on, 1, 23, PASS", "auto, 1, 23, WARN", "auto, 0, 23, PASS", "auto, 1, 3, SKIP"})
  void sleep(String control, String cold, String chassis, Status status) {
    assertThat(
            Given.nvidia()
                .text(Gpu.path(Given.GPU, "power/control"), control)
                .text(Gpu.path(Given.GPU, "d3cold_allowed"), cold)
                .text("/sys/class/dmi/id/chassis_type", chassis)
                .examined(new PciSleep()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @Test
  void aGpuThatTheDriverDoesNotKnow_isNamed() {
    Given machine = Given.nvidia().folder("/proc/driver/nvidia/gpus").folder("/dev", "nvidiactl");

    assertThat(machine.examined(new PciDevices()))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.subject()).contains(Given.GPU);
          assertThat(finding.status()).isEqualTo(Status.FAIL);
          assertThat(finding.summary())
              .isEqualTo("is on the bus, and /proc/driver/nvidia/gpus does not have it");
        });
    assertThat(machine.exists("/.dockerenv").found(new PciDevices()))
        .startsWith("SKIP was not given to this container");
  }

  @Test
  void aBusThatCannotBeRead_isNotAnEmptyOne() {
    Node hung = new Node.Unreadable(Why.HUNG, "did not come back");
    for (Given machine :
        List.of(
            new Given(),
            new Given().missing(Gpu.DEVICES),
            new Given().denied(Gpu.DEVICES),
            new Given().node(Gpu.DEVICES, hung))) {
      assertThat(machine.found(new PciDevices())).isEqualTo("UNKNOWN the PCI bus cannot be read");
      assertThat(machine.found(new PciLost())).isEqualTo("UNKNOWN the PCI bus cannot be read");
    }
    assertThat(new Given().folder(Gpu.DEVICES).found(new PciDevices())).startsWith("FAIL no GPU");
  }

  @ParameterizedTest
  @ValueSource(strings = {"class", "vendor"})
  void aDeviceThatCannotBeRead_mayBeAGpu(String file) {
    Given machine = Given.nvidia().denied(Gpu.path(Given.GPU, file));

    assertThat(machine.examined(new PciDevices()))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.subject()).contains(Given.GPU);
          assertThat(finding.status()).isEqualTo(Status.UNKNOWN);
        });
    assertThat(machine.found(new PciLost()))
        .isEqualTo("UNKNOWN what is at " + Given.GPU + " cannot be read");
  }

  @Test
  void aGpuWithoutNode_isNamed() {
    String known = "/proc/driver/nvidia/gpus";

    assertThat(
            Given.nvidia()
                .folder(known, Given.GPU)
                .text(
                    known + "/" + Given.GPU + "/information",
                    "Model: \t NVIDIA L40S\nDevice Minor: \t 3")
                .folder("/dev", "nvidia0", "nvidiactl")
                .found(new PciDevices()))
        .isEqualTo("FAIL is on the bus, and there is no /dev/nvidia3");
  }
}
