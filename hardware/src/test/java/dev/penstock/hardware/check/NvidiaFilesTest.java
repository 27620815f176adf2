package dev.penstock.hardware.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.penstock.hardware.Node;
import dev.penstock.model.Finding;
import dev.penstock.model.Finding.Status;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What NVIDIA's driver leaves in files. */
class NvidiaFilesTest {
  private static final String INFORMATION =
      "/proc/driver/nvidia/gpus/" + Given.GPU + "/information";

  @ParameterizedTest
  @CsvSource({
    "'', FAIL nvidia is not loaded",
    "'nvidia 9 2 - Live 0x0', FAIL nvidia_uvm is not loaded",
    "'nvidia 9 2 nvidia_uvm, Live 0x0|nvidia_uvm 2 0 - Live 0x0', 'PASS nvidia and nvidia_uvm are loaded; nvidia_drm is not, which only Vulkan needs'",
    "'nvidia 9 2 nvidia_uvm, Loading 0x0', UNKNOWN whether nvidia is loaded could not be read",
    "'nvidiafb 9 2 - Live 0x0', FAIL nvidia is not loaded",
  })
  void modules(String lines, String found) {
    assertThat(
            Given.nvidia()
                .text("/proc/modules", lines.replace('|', '\n'))
                .found(new NvidiaModules()))
        .isEqualTo(found);
  }

  @ParameterizedTest
  @CsvSource({
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.183.01  Sun May 12, 'FAIL driver 535.183.01, proprietary modules, older than 570.0'",
    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  570.86.15  Tue, 'PASS driver 570.86.15, proprietary modules'",
    "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  580.159.04  Release Build, 'PASS driver 580.159.04, open modules'",
    "NVRM version: something else, UNKNOWN /proc/driver/nvidia/version names no version",
  })
  void versions(String line, String found) {
    assertThat(Given.nvidia().text("/proc/driver/nvidia/version", line).found(new NvidiaDriver()))
        .isEqualTo(found);
  }

  @Test
  void blackwell_needsTheOpenModules() {
    assertThat(
            Given.gpu("0x10de", "0x2b85", "nvidia")
                .text(
                    "/proc/driver/nvidia/version",
                    "NVRM version: NVIDIA UNIX x86_64 Kernel Module  575.64.03  Tue")
                .found(new NvidiaDriver()))
        .isEqualTo("FAIL driver 575.64.03, proprietary modules, and the GPU needs the open ones");
  }

  @ParameterizedTest
  @CsvSource({
    "GPU-5d3c0001-0000-4000-8000-000000000001, No, PASS",
    "GPU-????????-????-????-????-????????????, No, FAIL",
    "GPU-5d3c0001-0000-4000-8000-000000000001, Yes, FAIL",
  })
  void start(String uuid, String excluded, Status status) {
    assertThat(
            Given.nvidia()
                .folder("/proc/driver/nvidia/gpus", Given.GPU)
                .text(
                    INFORMATION,
                    "Model: \t\t NVIDIA L40S\nGPU UUID: \t "
                        + uuid
                        + "\nGPU Excluded:\t "
                        + excluded)
                .examined(new NvidiaInit()))
        .extracting(Finding::status)
        .containsExactly(status);
  }

  private static Given kernels(String running, String... installed) {
    Given machine =
        Given.nvidia()
            .text("/proc/sys/kernel/osrelease", running)
            .text("/proc/modules", "nvme 6 3 - Live 0x0")
            .folder("/lib/modules", installed);
    for (String kernel : installed) {
      machine.exists("/lib/modules/" + kernel + "/kernel");
    }
    return machine;
  }

  @Test
  void aNewerKernelWithoutModule_losesTheGpuAtTheNextBoot() {
    Given machine =
        kernels("6.8.0-9-generic", "6.8.0-9-generic", "6.8.0-60-generic", "6.5.0-14-generic")
            .exists("/lib/modules/6.8.0-9-generic/updates/dkms/nvidia.ko.zst");

    assertThat(machine.found(new NvidiaDkms()))
        .isEqualTo("WARN there is no module for kernel 6.8.0-60-generic, which is installed");
    assertThat(
            machine
                .exists("/lib/modules/6.8.0-60-generic/kernel/nvidia-570/nvidia.ko")
                .found(new NvidiaDkms()))
        .isEqualTo("PASS the module is there for the running and every newer kernel");
  }

  @Test
  void whatIsLeftOfARemovedKernel_isNotOne() {
    assertThat(
            kernels("6.8.0-9-generic", "6.8.0-9-generic")
                .folder("/lib/modules", "6.8.0-9-generic", "6.8.0-60-generic")
                .exists("/lib/modules/6.8.0-9-generic/extra/nvidia.ko.xz")
                .found(new NvidiaDkms()))
        .startsWith("PASS ");
  }

  @Test
  void aModuleThatWasNotBuilt_isToldFromADriverThatIsNotInstalled() {
    Given machine = kernels("6.8.0-9-generic", "6.8.0-9-generic");

    assertThat(machine.found(new NvidiaDkms()))
        .isEqualTo("FAIL NVIDIA's driver is not installed for the running kernel 6.8.0-9-generic");
    assertThat(machine.folder("/var/lib/dkms/nvidia", "570.172.08").found(new NvidiaDkms()))
        .isEqualTo("FAIL the module was not built for the running kernel 6.8.0-9-generic");
  }

  @Test
  void nouveau() {
    Given machine = Given.nvidia().text("/proc/modules", "nvme 6 3 - Live 0x0");

    assertThat(machine.found(new NvidiaNouveau())).startsWith("WARN nothing keeps nouveau");
    assertThat(
            machine
                .text("/etc/modprobe.d/a.conf", "# blacklist nouveau")
                .found(new NvidiaNouveau()))
        .startsWith("WARN ");
    assertThat(
            machine.text("/etc/modprobe.d/a.conf", "blacklist nouveau").found(new NvidiaNouveau()))
        .startsWith("PASS ");
    assertThat(machine.text("/proc/modules", "nouveau 3 1 - Live 0x0").found(new NvidiaNouveau()))
        .isEqualTo("FAIL nouveau is loaded");
    assertThat(Given.nvidia().denied("/proc/modules").found(new NvidiaNouveau()))
        .startsWith("UNKNOWN ");
  }

  private static Given libraries(String folder, String... names) {
    Given machine =
        Given.nvidia()
            .text("/proc/driver/nvidia/version", "NVRM version: Kernel Module  570.172.08")
            .text("/etc/os-release", "NAME=Ubuntu\nID=ubuntu")
            .missing("/usr/lib/x86_64-linux-gnu/libcuda.so.1");
    for (String name : names) {
      machine.link(folder + "/" + name + ".so.1", name + ".so.570.172.08");
    }
    return machine;
  }

  @Test
  void aLibraryThatIsMissing_isNamedWithItsPackage() {
    assertThat(
            libraries("/usr/lib/x86_64-linux-gnu", "libcuda", "libnvidia-ml", "libnvcuvid")
                .examined(new NvidiaLibraries()))
        .filteredOn(finding -> finding.status() == Status.FAIL)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.subject()).contains("libnvidia-encode.so.1");
          assertThat(finding.remedies().getFirst().commands())
              .containsExactly("apt-get install -y libnvidia-encode-570");
        });
  }

  @Test
  void aFolderWhereTheLoaderDoesNotLook() {
    String folder = "/usr/local/nvidia/lib64";
    Given machine = libraries(folder, "libcuda", "libnvidia-ml", "libnvcuvid", "libnvidia-encode");

    assertThat(machine.examined(new NvidiaLibraries()))
        .hasSize(4)
        .allSatisfy(finding -> assertThat(finding.status()).isEqualTo(Status.WARN));
    assertThat(
            machine
                .text("/etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf")
                .text("/etc/ld.so.conf.d/nvidia.conf", "/usr/local/nvidia/lib\n" + folder)
                .examined(new NvidiaLibraries()))
        .allSatisfy(finding -> assertThat(finding.status()).isEqualTo(Status.PASS));
  }

  @Test
  void aFolderThatOnlyTheLoadersConfigurationNames() {
    String folder = "/opt/nvidia/570/lib";
    Given machine =
        libraries(folder, "libcuda", "libnvidia-ml", "libnvcuvid", "libnvidia-encode")
            .text("/etc/ld.so.conf", "include nvidia.conf")
            .text("/etc/nvidia.conf", folder);

    assertThat(machine.found(new NvidiaLibraries()))
        .startsWith("PASS in " + folder + ", version 570.172.08; PASS ")
        .doesNotContain("FAIL", "WARN");
    assertThat(machine.found(new NvMismatch())).isEqualTo("PASS all are 570.172.08");
    assertThat(
            machine
                .exists("/.dockerenv")
                .environment(Map.of("NVIDIA_DRIVER_CAPABILITIES", "utility"))
                .found(new ContainerCapabilities()))
        .isEqualTo("PASS libnvidia-encode is in the container");
  }

  @Test
  void librariesOfTheToolkitForOlderDrivers_areNoMismatch() {
    assertThat(
            libraries("/usr/lib/x86_64-linux-gnu", "libcuda", "libnvidia-ml")
                .text("/etc/ld.so.conf", "/usr/local/cuda/compat")
                .link("/usr/local/cuda/compat/libcuda.so.1", "libcuda.so.580.65.06")
                .found(new NvMismatch()))
        .isEqualTo("PASS all are 570.172.08");
  }

  @ParameterizedTest
  @CsvSource({"/usr/local/cuda/lib64/stubs, stub", "/usr/local/cuda/compat, another version"})
  void foldersOfTheToolkit_beforeTheDriver(String folder, String meaning) {
    assertThat(
            libraries(
                    "/usr/lib/x86_64-linux-gnu",
                    "libcuda",
                    "libnvidia-ml",
                    "libnvcuvid",
                    "libnvidia-encode")
                .environment(Map.of("LD_LIBRARY_PATH", "/opt/lib:" + folder))
                .examined(new NvidiaLibraries()))
        .filteredOn(finding -> finding.status() != Status.PASS)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.status()).isEqualTo(Status.WARN);
          assertThat(finding.meaning()).contains(meaning);
        });
  }

  private static Given nodes(String opened) {
    Node.Device device = new Node.Device('c', 195, 255, new Node.Owner(0666, 0, 0), opened);
    return Given.nvidia()
        .text("/proc/modules", "nvidia 9 2 - Live 0x0")
        .text("/proc/self/status", "Uid:\t1000\t1000\t1000\t1000")
        .node("/dev/nvidiactl", device)
        .node("/dev/nvidia-uvm", device);
  }

  @ParameterizedTest
  @CsvSource({
    "ok, PASS was opened by ann",
    "EPERM, 'FAIL its mode allows it, and yet opening it is not permitted (EPERM)'",
    "EIO, FAIL opening it is answered EIO",
    "not tried, PASS its mode lets ann open it",
  })
  void deviceNodes(String opened, String found) {
    assertThat(nodes(opened).found(new NvidiaNodes())).isEqualTo(found + "; " + found);
  }

  @Test
  void nobodyIsTakenIntoTheGroupOfRoot() {
    Node.Device ofRoot = new Node.Device('c', 195, 255, new Node.Owner(0660, 0, 0), "EACCES");

    assertThat(
            nodes("ok")
                .node("/dev/nvidiactl", ofRoot)
                .examined(new NvidiaNodes())
                .getFirst()
                .remedies())
        .singleElement()
        .satisfies(remedy -> {
          assertThat(remedy.safe()).isFalse();
          assertThat(remedy.commands()).containsExactly("sudo chmod 0666 /dev/nvidiactl");
        });
  }

  @Test
  void theNodeOfAGpu_mayBeMissing() {
    assertThat(
            nodes("ok")
                .folder("/proc/driver/nvidia/gpus", Given.GPU)
                .text(INFORMATION, "Device Minor: \t 3")
                .examined(new NvidiaNodes()))
        .last()
        .satisfies(finding -> {
          assertThat(finding.subject()).contains("/dev/nvidia3");
          assertThat(finding.status()).isEqualTo(Status.FAIL);
        });
  }

  private static Given container(String capabilities) {
    return Given.nvidia()
        .exists("/.dockerenv")
        .exists("/usr/lib/x86_64-linux-gnu/libcuda.so.1")
        .environment(
            capabilities.isEmpty() ? Map.of() : Map.of("NVIDIA_DRIVER_CAPABILITIES", capabilities));
  }

  @ParameterizedTest
  @CsvSource({
    "'', NVIDIA_DRIVER_CAPABILITIES is not set",
    "'compute,utility', 'NVIDIA_DRIVER_CAPABILITIES=compute,utility lacks video'",
    "'compute,video', video was asked for",
    "all, video was asked for",
  })
  void capabilitiesOfAContainer_withoutTheLibrary(String capabilities, String found) {
    assertThat(container(capabilities).found(new ContainerCapabilities()))
        .startsWith("FAIL ")
        .contains(found);
  }

  @Test
  void capabilitiesOfAContainer_doNotMatter_whenTheLibraryIsThere() {
    assertThat(
            container("utility")
                .exists("/usr/lib/x86_64-linux-gnu/libnvidia-encode.so.1")
                .found(new ContainerCapabilities()))
        .isEqualTo("PASS libnvidia-encode is in the container");
  }

  @ParameterizedTest
  @CsvSource({"ok, PASS", "EPERM, FAIL", "not tried, UNKNOWN"})
  void theDeviceFilterOfAContainer(String opened, Status status) {
    assertThat(
            nodes(opened)
                .folder("/dev", "nvidiactl", "nvidia-uvm")
                .exists("/.dockerenv")
                .examined(new ContainerDevices()))
        .extracting(Finding::status)
        .containsExactly(status);
  }
}
