package dev.penstock.hardware.check;

import java.util.List;
import java.util.stream.Stream;

/** All checks, in the order of their groups. */
public final class Checks {
  private static final List<Check> HOST = List.of(new HostKernel());
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

  public static final List<Check> ALL = Stream.of(HOST, PCI, VIDEO).flatMap(List::stream).toList();

  private Checks() {}
}
