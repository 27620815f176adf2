package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Node;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostChecksTest {
  private static final String CLOCKS = "/sys/devices/system/clocksource/clocksource0/";

  private static Given limit(String line) {
    return new Given()
        .text("/proc/self/limits", "Limit   Soft Limit   Hard Limit   Units\n" + line);
  }

  @ParameterizedTest
  @CsvSource({
    "1024, FAIL at most 1024 open files",
    "4095, FAIL at most 4095 open files",
    "4096, WARN at most 4096 open files",
    "65535, WARN at most 65535 open files",
    "65536, PASS at most 65536 open files",
    "unlimited, PASS at most any number of open files",
    "many, 'UNKNOWN /proc/self/limits, Max open files could not be read: is not among the limits'",
  })
  void openFiles(String soft, String found) {
    assertThat(limit("Max open files   " + soft + "   524288   files ").found(new HostOpenFiles()))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "65536, WARN may lock 64 KiB",
    "8388607, WARN may lock 8191 KiB",
    "8388608, PASS may lock 8192 KiB",
    "unlimited, PASS may lock as much memory as there is",
  })
  void lockedMemory(String soft, String found) {
    assertThat(
            limit("Max locked memory   " + soft + "   " + soft + "   bytes ")
                .found(new HostLockedMemory()))
        .isEqualTo(found);
  }

  @Test
  void aLimitThatCannotBeRead_isUnknown() {
    assertThat(new Given().denied("/proc/self/limits").found(new HostOpenFiles()))
        .isEqualTo("UNKNOWN /proc/self/limits could not be read: EACCES");
  }

  @ParameterizedTest
  @CsvSource({
    "tsc, PASS",
    "kvm-clock, PASS",
    "hyperv_clocksource_tsc_page, PASS",
    "xen, PASS",
    "hpet, WARN",
    "acpi_pm, WARN",
    "refined-jiffies, WARN",
    "sundial, UNKNOWN",
  })
  void clockSources(String name, Status status) {
    assertThat(new Given().text(CLOCKS + "current_clocksource", name).examined(new HostClock()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @Test
  void theTsc_isProposed_onlyWhereTheKernelStillOffersIt() {
    Given hpet = new Given().text(CLOCKS + "current_clocksource", "hpet");

    assertThat(
            hpet.text(CLOCKS + "available_clocksource", "hpet acpi_pm")
                .examined(new HostClock())
                .getFirst()
                .remedies())
        .noneMatch(Finding.Remedy::safe);
    assertThat(
            hpet.text(CLOCKS + "available_clocksource", "hpet tsc")
                .examined(new HostClock())
                .getFirst()
                .remedies())
        .anySatisfy(remedy ->
            assertThat(remedy.commands())
                .containsExactly("echo tsc > " + CLOCKS + "current_clocksource"));
  }

  @ParameterizedTest
  @CsvSource({
    "+12V, true",
    "12V, true",
    "12 V, true",
    "v_out +12v, true",
    "P12V, true",
    "P12V_AUX, true",
    "PSU1 12V Out, true",
    "+3.3V, false",
    "in12, false",
    "Vcore, false",
    "-12V, false",
    "112V, false",
    "0.12V, false",
  })
  void labelsOfTheTwelveVoltRail(String label, boolean isTwelve) {
    assertThat(HostTwelveVolts.isTwelve(label)).isEqualTo(isTwelve);
  }

  @ParameterizedTest
  @CsvSource({
    "12096, PASS 12.10 V",
    "11400, PASS 11.40 V",
    "11399, WARN 11.40 V",
    "11200, WARN 11.20 V",
    "11199, FAIL 11.20 V",
    "12600, PASS 12.60 V",
    "12601, WARN 12.60 V",
    "0, UNKNOWN 0.00 V: the sensor is not connected",
  })
  void theTwelveVoltRail(String millivolts, String found) {
    assertThat(
            new Given()
                .folder("/sys/class/hwmon", "hwmon3")
                .text("/sys/class/hwmon/hwmon3/in1_label", "v_out +12v")
                .text("/sys/class/hwmon/hwmon3/in1_input", millivolts)
                .text("/sys/class/hwmon/hwmon3/in2_input", "5000")
                .found(new HostTwelveVolts()))
        .isEqualTo(found);
  }

  @Test
  void sensorsWithoutLabel_areNotGuessed() {
    assertThat(
            new Given()
                .folder("/sys/class/hwmon", "hwmon0")
                .text("/sys/class/hwmon/hwmon0/in1_input", "9000")
                .found(new HostTwelveVolts()))
        .isEqualTo("SKIP no sensor here is labelled 12 V");
  }

  @ParameterizedTest
  @CsvSource({"16, PASS", "5120, PASS", "5121, WARN"})
  void hugePages_thatNobodyUses(int free, Status status) {
    assertThat(
            new Given()
                .text(
                    "/proc/meminfo",
                    "MemTotal: 104857600 kB\nHugePages_Total: 9999\nHugePages_Free: "
                        + free
                        + "\nHugepagesize: 2048 kB")
                .examined(new HostHugePages()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "max, max, 'PASS memory max, tasks max'",
    "2147483648, 1024, 'PASS memory 2048 MiB, tasks 1024'",
    "2147483647, 1024, 'WARN memory 2047 MiB, tasks 1024'",
    "max, 1023, 'WARN memory max, tasks 1023'",
  })
  void controlGroups(String memory, String tasks, String found) {
    assertThat(
            new Given()
                .text("/sys/fs/cgroup/memory.max", memory)
                .text("/sys/fs/cgroup/pids.max", tasks)
                .found(new HostControlGroup()))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "powersave, acpi-cpufreq, WARN",
    "powersave, intel_pstate, PASS",
    "powersave, amd-pstate-epp, PASS",
    "schedutil, acpi-cpufreq, PASS"
  })
  void governors(String governor, String driver, Status status) {
    String folder = "/sys/devices/system/cpu/cpufreq";
    assertThat(
            new Given()
                .folder(folder, "policy0")
                .text(folder + "/policy0/scaling_governor", governor)
                .text(folder + "/policy0/scaling_driver", driver)
                .examined(new HostGovernor()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "0, '0-15', PASS one NUMA node",
    "0-1, '0-15,32-47', 'PASS on node 1, whose processors may be used'",
    "0-1, '16-31', 'WARN on node 1, and none of its processors may be used'",
  })
  void processorsNearTheGpu(String nodes, String near, String found) {
    assertThat(
            Given.nvidia()
                .text("/sys/devices/system/node/online", nodes)
                .text("/proc/self/status", "Name:\tjava\nCpus_allowed_list:\t0-7,40")
                .text(Gpu.path(Given.GPU, "numa_node"), "1")
                .text(Gpu.path(Given.GPU, "local_cpulist"), near)
                .found(new HostNuma()))
        .isEqualTo(found);
  }

  @Test
  void aNodeThatIsNotTold_matters_onlyAmongSeveral() {
    Given machine = Given.nvidia().text(Gpu.path(Given.GPU, "numa_node"), "-1");

    assertThat(machine.text("/sys/devices/system/node/online", "0").found(new HostNuma()))
        .isEqualTo("PASS one NUMA node");
    assertThat(machine.text("/sys/devices/system/node/online", "0-1").found(new HostNuma()))
        .isEqualTo("WARN which of the NUMA nodes 0-1 it is on is not known");
  }

  @Test
  void accessControl_isFoundBehindOtherCapabilities() {
    byte[] config = new byte[4096];
    // Advanced error reporting at 100h, the next one at 148h.
    put(config, 0x100, "01008214");
    put(config, 0x148, "0d000100" + "7f00" + "1d00");

    assertThat(HostAcs.control(config)).isEqualTo(OptionalLong.of(0x1d));
    assertThat(HostAcs.control(Arrays.copyOf(config, 0x14a))).isEmpty();
    assertThat(HostAcs.control(new byte[4096])).isEmpty();
  }

  private static void put(byte[] config, int at, String digits) {
    byte[] bytes = HexFormat.of().parseHex(digits);
    System.arraycopy(bytes, 0, config, at, bytes.length);
  }

  @ParameterizedTest
  @CsvSource({"1d00, WARN", "0000, PASS", "1000, PASS"})
  void redirectedRequests_matterBetweenGpus(String control, Status status) {
    String other = "0000:42:00.0";
    byte[] config = new byte[4096];
    put(config, 0x100, "0d0001007f00" + control);
    Given machine = Given.nvidia();
    machine
        .folder(Gpu.DEVICES, Given.GPU, other)
        .text(Gpu.path(other, "class"), "0x030200")
        .text(Gpu.path(other, "vendor"), "0x10de")
        .node(Gpu.path(Given.PORT, "config"), new Node.Hex(HexFormat.of().formatHex(config)));

    assertThat(machine.examined(new HostAcs())).extracting(Finding::status).containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1000, 1000, PASS everybody may read the kernel log",
    "1, 1000, 1000, WARN ann may not read the kernel log",
    "1, 1000, 101, PASS the kernel log may be read through the journal",
    "1, 0, 0, PASS the kernel log may be read through the journal",
  })
  void theKernelLog(String restrict, int user, int group, String found) {
    assertThat(
            new Given()
                .text("/proc/sys/kernel/dmesg_restrict", restrict)
                .exists("/dev/kmsg")
                .node("/var/log/journal", new Node.Exists(new Node.Owner(02755, 0, 101)))
                .user(user, group)
                .found(new HostKernelLog()))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "5.10.0, amdgpu, FAIL kernel 5.10.0 is older than 5.15",
    "5.15.0-91-generic, i915, PASS kernel 5.15.0-91-generic",
    "5.15.0-91-generic, amdgpu, 'WARN kernel 5.15.0-91-generic is older than 5.19, and there is an"
        + " AMD device'",
    "6.8.0, amdgpu, PASS kernel 6.8.0",
  })
  void theKernel(String release, String driver, String found) {
    assertThat(
            Given.gpu("0x1002", "0x744c", driver)
                .text("/proc/sys/kernel/osrelease", release)
                .found(new HostKernel()))
        .isEqualTo(found);
  }

  @Test
  void aKernelThatIsTooOldForAmd_isNotPassed_whenTheBusCannotBeRead() {
    assertThat(
            new Given()
                .denied(Gpu.DEVICES)
                .text("/proc/sys/kernel/osrelease", "5.15.0")
                .found(new HostKernel()))
        .isEqualTo(
            "UNKNOWN kernel 5.15.0 is older than 5.19, and whether there is an AMD device cannot be"
                + " told");
  }

  @Test
  void rootOfAContainer_withoutTheCapability_doesNotReadTheKernelLog() {
    Given machine =
        new Given()
            .exists("/.dockerenv")
            .exists("/dev/kmsg")
            .text("/proc/sys/kernel/dmesg_restrict", "1")
            .user(0, 0);

    assertThat(
            machine
                .text("/proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t00000000a80425fb")
                .found(new HostKernelLog()))
        .isEqualTo("WARN ann may not read the kernel log");
    assertThat(
            machine
                .text("/proc/self/status", "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff")
                .found(new HostKernelLog()))
        .isEqualTo("PASS root may read the kernel log");
  }

  @Test
  void secureBoot_isAtFault_whenAModuleThatIsThereIsNotLoaded() {
    Given machine =
        Given.nvidia()
            .node(
                "/sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c",
                new Node.Hex("0600000001"))
            .text("/proc/sys/kernel/osrelease", "6.8.0-60-generic")
            .folder("/lib/modules", "6.8.0-60-generic")
            .exists("/lib/modules/6.8.0-60-generic/updates/dkms/nvidia.ko.zst")
            .text("/proc/modules", "nvme 61440 3 - Live 0x0");

    assertThat(machine.found(new HostSecureBoot()))
        .isEqualTo("FAIL Secure Boot is on, and the NVIDIA module is there but not loaded");
    assertThat(
            machine
                .text("/proc/modules", "nvidia 6 2 nvidia_uvm, Live 0x0 (OE)")
                .found(new HostSecureBoot()))
        .isEqualTo("PASS Secure Boot is on, and the NVIDIA module is loaded");
  }

  @ParameterizedTest
  @CsvSource({"268435455, FAIL", "268435456, WARN", "2147483647, WARN", "2147483648, PASS"})
  void freeDiskSpace(long free, Status status) {
    assertThat(
            new Given()
                .node("/tmp", new Node.Space(1L << 40, free))
                .node("/var/tmp", new Node.Space(1L << 40, free + 4096))
                .examined(new HostDisk()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @ParameterizedTest
  @CsvSource({"10, 0, WARN", "3, 0, WARN", "23, 0, SKIP", "10, 1, PASS"})
  void suspend_mattersOnPersonalMachines(String chassis, String preserved, Status status) {
    assertThat(
            Given.nvidia()
                .text("/proc/driver/nvidia/params", "PreserveVideoMemoryAllocations: " + preserved)
                .text("/sys/class/dmi/id/chassis_type", chassis)
                .text("/sys/power/state", "freeze mem disk")
                .examined(new HostSuspend()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  @Test
  void ofTheEnvironment_onlyWhatDriversGoBy_isTold() {
    assertThat(EnvironmentVariables.NAMES).doesNotContain("PATH", "HOME");
    assertThat(new EnvironmentVariables().ask("").values().keySet())
        .isSubsetOf(EnvironmentVariables.NAMES);
  }
}
