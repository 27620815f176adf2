package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Node;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import dev.penstock.model.Reading.Why;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrmChecksTest {
  private static final String NODE = "/dev/dri/renderD129";
  private static final int RENDER = 993;

  private static Given amd() {
    return Given.gpu("0x1002", "0x744c", "amdgpu")
        .folder("/sys/class/drm", "card0", "card1", "card1-DP-1", "renderD128", "renderD129")
        .link("/sys/class/drm/renderD128/device", "../../../0000:0a:00.0")
        .link("/sys/class/drm/renderD129/device", "../../../" + Given.GPU);
  }

  private static Given node(String mode, String opened) {
    return amd()
        .node(
            NODE,
            new Node.Device(
                'c', 226, 129, new Node.Owner(Integer.parseInt(mode, 8), 0, RENDER), opened));
  }

  /** Who read the machine is another user: its mode decides. */
  @ParameterizedTest
  @CsvSource({
    "0660, 1000, 993, PASS",
    "0660, 1000, 44, FAIL",
    "0666, 1000, 44, PASS",
    "0640, 1000, 993, FAIL",
    "0600, 0, 0, PASS",
    "0606, 1000, 993, FAIL",
  })
  void permissions_byMode(String mode, int user, int group, Status status) {
    assertThat(
            node(mode, "ok")
                .text("/proc/self/status", "Uid:\t7\t7\t7\t7")
                .user(user, user, group)
                .examined(new DrmNodes()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "ok, PASS was opened by ann",
    "EACCES, 'FAIL ann may not open it: mode 0660, group 993'",
    "EPERM, 'FAIL its mode allows it, and yet opening it is not permitted (EPERM)'",
    "ENODEV, FAIL opening it is answered ENODEV",
  })
  void whatOpeningAnswered_counts_forWhoOpenedIt(String opened, String found) {
    assertThat(
            node("0660", opened)
                .text("/proc/self/status", "Uid:\t1000\t1000\t1000\t1000")
                .found(new DrmNodes()))
        .isEqualTo(found);
  }

  @Test
  void whoMayNot_isTakenIntoTheGroupOfTheNode() {
    Finding finding = node("0660", "not tried").examined(new DrmNodes()).getFirst();

    assertThat(finding.subject()).contains(NODE);
    assertThat(finding.remedies().getFirst().commands())
        .isEqualTo(List.of("usermod -aG \"$(stat -c %G " + NODE + ")\" ann"));
  }

  @Test
  void nobodyIsTakenIntoTheGroupOfRoot() {
    Node.Device ofRoot = new Node.Device('c', 226, 129, new Node.Owner(0660, 0, 0), "not tried");

    assertThat(amd().node(NODE, ofRoot).examined(new DrmNodes()).getFirst().remedies())
        .singleElement()
        .satisfies(remedy -> {
          assertThat(remedy.safe()).isFalse();
          assertThat(remedy.commands())
              .containsExactly("sudo chgrp render " + NODE, "sudo chmod 0660 " + NODE);
        });
  }

  @Test
  void aNodeThatHangs_isUnknown() {
    assertThat(
            amd()
                .node(NODE, new Node.Unreadable(Why.HUNG, "did not come back within 5 s"))
                .found(new DrmNodes()))
        .isEqualTo("UNKNOWN could not be opened: did not come back within 5 s");
  }

  @Test
  void aNodeThatWasNotGivenToAContainer_isMissed() {
    assertThat(amd().missing(NODE).exists("/.dockerenv").found(new DrmNodes()))
        .isEqualTo("FAIL is not here");
  }

  @ParameterizedTest
  @CsvSource({"amdgpu, PASS", "ast, SKIP", "simple-framebuffer, SKIP", "nouveau, FAIL"})
  void driversOfCards(String driver, Status status) {
    assertThat(
            new Given()
                .folder("/sys/class/drm", "card0", "card0-HDMI-A-1", "version")
                .link("/sys/class/drm/card0/device/driver", "../../bus/pci/drivers/" + driver)
                .examined(new DrmDrivers()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "95000, 100000, PASS edge 95 of 100 °C",
    "95001, 100000, WARN edge 95 of 100 °C",
    "100000, 100000, FAIL edge 100 of 100 °C",
    "60000, 0, SKIP no limit of its temperatures is told",
  })
  void temperatures(String now, String most, String found) {
    String sensor = Gpu.path(Given.GPU, "hwmon/hwmon4/temp1_");
    assertThat(
            amd()
                .text(sensor + "label", "edge")
                .text(sensor + "input", now)
                .text(sensor + "crit", most)
                .found(new AmdTemperatures()))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({"-1, PASS", "1, PASS", "0, WARN"})
  void recovery(String value, Status status) {
    assertThat(
            amd()
                .text("/sys/module/amdgpu/parameters/gpu_recovery", value)
                .examined(new AmdReset()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({"-1, PASS", "3, PASS", "2, PASS", "0, WARN", "1, WARN"})
  void firmwareOfIntel(String parameter, Status status) {
    assertThat(
            intel()
                .text("/sys/module/i915/parameters/enable_guc", parameter)
                .examined(new IntelFirmware()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({"RUNNING, PASS", "LOAD FAIL, FAIL", "MISSING, FAIL"})
  void stateOfTheFirmware(String state, Status status) {
    assertThat(
            intel()
                .text("/sys/module/i915/parameters/enable_guc", "-1")
                .text(
                    "/sys/kernel/debug/dri/1/gt0/uc/huc_info",
                    "HuC firmware: i915/dg2_huc_gsc.bin\n\tstatus: " + state)
                .examined(new IntelFirmware()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @Test
  void aParameterThatOnlyRootMayRead_isUnknown() {
    assertThat(intel().denied("/sys/module/i915/parameters/enable_guc").found(new IntelFirmware()))
        .startsWith("UNKNOWN ");
  }

  private static Given intel() {
    return Given.gpu("0x8086", "0x56a0", "i915")
        .folder("/lib/firmware/i915", "dg2_huc_gsc.bin")
        .exists("/lib/firmware/i915/dg2_huc_gsc.bin");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "ann, ann",
        "svc@corp.org, svc@corp.org",
        "a; reboot, 'a; reboot'",
        "o'x, 'o'\\''x'"
      })
  void names_areOneWordOfACommand(String name, String word) {
    assertThat(Shell.word(name)).isEqualTo(word);
  }
}
