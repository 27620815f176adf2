package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.model.Reading;
import dev.penstock.model.Reading.Why;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The devices of CUDA, by what they are called elsewhere. CUDA's order is its own, and not NVML's.
 * For child processes: it initialises CUDA here.
 */
public final class CudaDevices {
  private CudaDevices() {}

  /**
   * CUDA's index of a device in this process.
   *
   * @param device its PCI address or UUID
   */
  public static Reading<Integer> index(String device) {
    return index(CudaDriver.open(), device);
  }

  private static Reading<Integer> index(CudaDriver cuda, String device) {
    if (cuda.state() instanceof Reading.Absent<String>(Why why, String from, String text)) {
      return Reading.absent(why, from, "CUDA does not start: " + text);
    }
    List<CudaDevice> devices = cuda.devices();
    return devices.stream()
        .filter(each ->
            each.pci().toOptional().filter(device::equalsIgnoreCase).isPresent()
                || each.uuid().toOptional().filter(device::equals).isPresent())
        .findFirst()
        .map(each -> Reading.of(each.index(), "cuDeviceGetPCIBusId"))
        .orElseGet(() ->
            Reading.absent(
                Why.MISSING,
                "cuDeviceGetPCIBusId",
                "CUDA shows " + devices.size() + " devices to this process, not " + device));
  }

  /**
   * Copies to a device from the host's memory, which goes over its PCIe link.
   *
   * @param device its PCI address or UUID
   * @param more asked before each copy of 32 MiB
   * @return bytes
   */
  public static Reading<Long> copy(String device, BooleanSupplier more) {
    CudaDriver cuda = CudaDriver.open();
    return switch (index(cuda, device)) {
      case Reading.Present<Integer>(Integer index, String _) ->
          cuda.inContext(index, _ -> cuda.copy(more));
      case Reading.Absent<Integer> absent -> absent.map(Integer::longValue);
    };
  }
}
