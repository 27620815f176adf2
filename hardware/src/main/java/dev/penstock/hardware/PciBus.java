package dev.penstock.hardware;

import java.util.List;

/** Where sysfs shows the PCI bus. */
public final class PciBus {
  public static final String DEVICES = "/sys/bus/pci/devices";

  /** What {@link Machine#displays} and the makers of those are read from. */
  public static final List<Wanted> WANTED =
      List.of(
          Wanted.list(DEVICES),
          Wanted.text(DEVICES + "/*/class"),
          Wanted.text(DEVICES + "/{gpu}/vendor"),
          Wanted.text(DEVICES + "/{gpu}/device"));

  private PciBus() {}

  /** The folder of a device. */
  public static String folder(String address) {
    return DEVICES + "/" + address;
  }
}
