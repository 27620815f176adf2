package dev.penstock.cli;

import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.model.Device;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The GPUs that jobs may use. */
final class Gpus {
  private Gpus() {}

  /**
   * Those of this machine, with what trials show of them; which is tried now where it never was.
   *
   * @param log told once that this is done
   */
  static Supplier<List<Device>> ofThisMachine(Consumer<String> log) {
    return () -> {
      AtomicBoolean told = new AtomicBoolean();
      return Inventory.ofThisMachine(Folders.cache(System.getenv()))
          .proved(_ -> {
            if (!told.getAndSet(true)) {
              log.accept(
                  "trying out what the GPUs do, once on this machine: at most "
                      + Inventory.TRYING.toSeconds()
                      + " s");
            }
          });
    };
  }
}
