package dev.penstock.hardware;

import dev.penstock.model.Device.Vendor;
import java.util.Optional;

/** Who makes GPUs that encode; other makers' display devices do not. */
public enum Maker {
  NVIDIA(Vendor.NVIDIA),
  AMD(Vendor.AMD),
  INTEL(Vendor.INTEL);

  private final Vendor vendor;

  Maker(Vendor vendor) {
    this.vendor = vendor;
  }

  /** By a PCI vendor number, as sysfs writes it. */
  public static Optional<Maker> of(String number) {
    return switch (number) {
      case "0x10de" -> Optional.of(NVIDIA);
      case "0x1002", "0x1022" -> Optional.of(AMD);
      case "0x8086" -> Optional.of(INTEL);
      default -> Optional.empty();
    };
  }

  public Vendor vendor() {
    return vendor;
  }

  public String label() {
    return vendor.label();
  }
}
