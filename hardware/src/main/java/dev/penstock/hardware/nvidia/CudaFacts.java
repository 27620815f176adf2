package dev.penstock.hardware.nvidia;

import dev.penstock.model.Reading;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What CUDA says about a machine.
 *
 * @param library that was loaded
 * @param init the return code of {@code cuInit}; see {@link #error}
 * @param version the newest CUDA version the driver serves, such as {@code 12.8}
 * @param devices those this process may use; {@code CUDA_VISIBLE_DEVICES} hides others
 */
public record CudaFacts(
    Reading<String> library,
    Reading<Integer> init,
    Reading<String> version,
    List<CudaDevice> devices) {
  /** Of {@code CUresult} in cuda.h, those that say something about a machine. */
  private static final Map<Integer, String> ERRORS =
      Map.ofEntries(
          Map.entry(0, "CUDA_SUCCESS"),
          Map.entry(1, "CUDA_ERROR_INVALID_VALUE"),
          Map.entry(2, "CUDA_ERROR_OUT_OF_MEMORY"),
          Map.entry(3, "CUDA_ERROR_NOT_INITIALIZED"),
          Map.entry(34, "CUDA_ERROR_STUB_LIBRARY"),
          Map.entry(46, "CUDA_ERROR_DEVICE_UNAVAILABLE"),
          Map.entry(100, "CUDA_ERROR_NO_DEVICE"),
          Map.entry(101, "CUDA_ERROR_INVALID_DEVICE"),
          Map.entry(102, "CUDA_ERROR_DEVICE_NOT_LICENSED"),
          Map.entry(201, "CUDA_ERROR_INVALID_CONTEXT"),
          Map.entry(214, "CUDA_ERROR_ECC_UNCORRECTABLE"),
          Map.entry(220, "CUDA_ERROR_NVLINK_UNCORRECTABLE"),
          Map.entry(304, "CUDA_ERROR_OPERATING_SYSTEM"),
          Map.entry(800, "CUDA_ERROR_NOT_PERMITTED"),
          Map.entry(801, "CUDA_ERROR_NOT_SUPPORTED"),
          Map.entry(802, "CUDA_ERROR_SYSTEM_NOT_READY"),
          Map.entry(803, "CUDA_ERROR_SYSTEM_DRIVER_MISMATCH"),
          Map.entry(804, "CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE"),
          Map.entry(999, "CUDA_ERROR_UNKNOWN"));

  public CudaFacts {
    devices = List.copyOf(devices);
  }

  /** The name and number of a {@code CUresult}. */
  public static String error(int code) {
    return Optional.ofNullable(ERRORS.get(code))
        .map(name -> name + " (" + code + ")")
        .orElse("CUDA error " + code);
  }

  /**
   * One device.
   *
   * @param index CUDA's, fastest first unless {@code CUDA_DEVICE_ORDER} says otherwise
   * @param uuid such as {@code GPU-8a0b...}
   * @param pci the full address in lower case
   * @param compute the compute capability, such as {@code 8.9}
   * @param memory bytes
   */
  public record CudaDevice(
      int index,
      Reading<String> name,
      Reading<String> uuid,
      Reading<String> pci,
      Reading<String> compute,
      Reading<Long> memory) {}
}
