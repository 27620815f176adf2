package dev.penstock.cli;

import dev.penstock.hardware.inventory.Inventory;
import dev.penstock.hardware.nvidia.NvmlSource;
import dev.penstock.hardware.telemetry.Loads;
import dev.penstock.hardware.telemetry.Sampler;
import dev.penstock.model.Device;
import dev.penstock.model.GpuLoad;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The GPUs that jobs may use.
 *
 * @param loads what others have them do, as far as that is known; nothing where there is no choice
 */
record Gpus(List<Device> devices, List<GpuLoad> loads) {
  /**
   * Those of this machine, with what trials show of them; which is tried now where it never was.
   *
   * @param log told once that this is done
   */
  static Supplier<Gpus> ofThisMachine(Consumer<String> log) {
    return () -> {
      AtomicBoolean told = new AtomicBoolean();
      List<Device> devices =
          Inventory.ofThisMachine(Folders.cache(System.getenv()))
              .proved(_ -> {
                if (!told.getAndSet(true)) {
                  log.accept(
                      "trying out what the GPUs do, once on this machine: at most "
                          + Inventory.TRYING.toSeconds()
                          + " s");
                }
              });
      // Right after trials the load is their own.
      return new Gpus(devices, told.get() ? List.of() : loads(devices));
    };
  }

  /** For the daemon, which asks again where this is not all. */
  static Inventory.Known survey(Consumer<String> log) {
    return Inventory.ofThisMachine(Folders.cache(System.getenv()))
        .known(wish -> log.accept("trying out what GPUs do: " + wish.word()));
  }

  /** Of NVIDIA's alone: other drivers tell loads as differences, which take time to read. */
  private static List<GpuLoad> loads(List<Device> devices) {
    long several =
        devices.stream()
            .filter(device -> device.identity().vendor() == Device.Vendor.NVIDIA)
            .count();
    if (several < 2) {
      return List.of();
    }
    try (Sampler sampler = new Sampler(List.of(NvmlSource.ofMachine()), InstantSource.system())) {
      return Loads.of(sampler.sample());
    }
  }
}
