package dev.penstock.hardware.check;

import java.util.List;
import java.util.stream.Stream;

/** All checks, in the order of their groups. */
public final class Checks {
  private static final List<Check> ENCODING = List.of(new EncodeHardware());
  private static final List<Check> HOST = List.of(new HostKernel());
  private static final List<Check> HOST_LOG = List.of(new HostKmsg());
  private static final List<Check> PCI = List.of(new PciDevices());
  private static final List<Check> VIDEO =
      List.of(
          new NvCuda(),
          new NvNvencApi(),
          new NvNvencPresent(),
          new VaDriver(),
          new VaEntrypoints(),
          new VkVideo(),
          new AmfRuntime(),
          new QsvRuntime());
  private static final List<Check> PCI_NVML = List.of(new NvRebar(), new NvReplay());
  private static final List<Check> NVML =
      List.of(
          new NvDriver(),
          new NvHang(),
          new NvMismatch(),
          new NvRecovery(),
          new NvXidHistory(),
          new NvSessions(),
          new NvVram(),
          new NvThermal(),
          new NvThrottle(),
          new NvPower(),
          new NvLink(),
          new NvEcc(),
          new NvRemap(),
          new NvPages(),
          new NvInforom(),
          new NvGsp(),
          new NvComputeMode(),
          new NvMig(),
          new NvVgpu(),
          new NvPersistence());

  public static final List<Check> ALL =
      Stream.of(ENCODING, HOST, HOST_LOG, PCI, PCI_NVML, NVML, VIDEO)
          .flatMap(List::stream)
          .toList();

  private Checks() {}
}
