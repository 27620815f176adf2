package dev.penstock.cli;

import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.model.Device;
import java.util.List;

/** The GPUs that jobs may use. */
final class Gpus {
  private Gpus() {}

  /** Those of this machine, with what trials showed of them. */
  static List<Device> ofThisMachine() {
    return Inventory.ofThisMachine(Folders.cache(System.getenv())).devices();
  }
}
