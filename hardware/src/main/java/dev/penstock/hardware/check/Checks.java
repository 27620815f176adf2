package dev.penstock.hardware.check;

import java.util.List;
import java.util.stream.Stream;

/** All checks, in the order of their groups. */
public final class Checks {
  private static final List<Check> ENCODING =
      List.of(new EncodeHardware(), new TrialEncodes(), new TrialDecodes(), new EncodeSoftware());

  private static final List<Check> HOST =
      List.of(
          new HostKernel(),
          new HostClock(),
          new HostOpenFiles(),
          new HostLockedMemory(),
          new HostHugePages(),
          new HostSharedMemory(),
          new HostControlGroup(),
          new HostDisk(),
          new HostGovernor(),
          new HostNuma(),
          new HostIommu(),
          new HostAcs(),
          new HostSecureBoot(),
          new HostTwelveVolts(),
          new HostKernelLog(),
          new HostSuspend());

  private static final List<Check> PCI =
      List.of(
          new PciDevices(),
          new PciLost(),
          new PciDriver(),
          new PciBar(),
          new PciResizable(),
          new PciLinkWidth(),
          new PciLinkSpeed(),
          new PciErrors(),
          new PciSleep());

  private static final List<Check> NVIDIA =
      List.of(
          new NvidiaModules(),
          new NvidiaNouveau(),
          new NvidiaDkms(),
          new NvidiaDriver(),
          new NvidiaInit(),
          new NvidiaNodes(),
          new NvidiaLibraries());

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

  private static final List<Check> NVML =
      List.of(
          new NvDriver(),
          new NvBar1(),
          new NvReplay(),
          new NvHang(),
          new NvMismatch(),
          new NvRecovery(),
          new NvXidHistory(),
          new NvSessions(),
          new NvVram(),
          new NvThermal(),
          new NvThrottle(),
          new NvPower(),
          new NvPcieLink(),
          new NvEcc(),
          new NvRemap(),
          new NvPages(),
          new NvInforom(),
          new NvGsp(),
          new NvComputeMode(),
          new NvMig(),
          new NvVgpu(),
          new NvPersistence());

  private static final List<Check> DRM =
      List.of(
          new DrmNodes(),
          new DrmDrivers(),
          new AmdVcn(),
          new AmdReset(),
          new AmdTemperatures(),
          new IntelFirmware());

  private static final List<Check> FFMPEG = List.of(new FfmpegEncoders());

  private static final List<Check> CONTAINER =
      List.of(new ContainerCapabilities(), new ContainerDevices(), new ContainerKubernetes());

  public static final List<Check> ALL =
      Stream.of(ENCODING, HOST, PCI, NVIDIA, NVML, DRM, VIDEO, FFMPEG, CONTAINER)
          .flatMap(List::stream)
          .toList();

  private Checks() {}
}
