package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.model.Reading;
import java.util.List;
import java.util.Map;

/**
 * What NVENC says about a machine.
 *
 * @param cuda that libcuda could be initialised, or why not
 * @param library that was loaded
 * @param api the newest version of the interface that the driver serves, such as {@code 13.0}
 * @param devices those of CUDA
 */
public record NvencFacts(
    Reading<String> cuda, Reading<String> library, Reading<String> api, List<NvencDevice> devices) {
  /** {@code NVENCSTATUS} in nvEncodeAPI.h. */
  private static final List<String> STATUSES =
      List.of(
          "NV_ENC_SUCCESS",
          "NV_ENC_ERR_NO_ENCODE_DEVICE",
          "NV_ENC_ERR_UNSUPPORTED_DEVICE",
          "NV_ENC_ERR_INVALID_ENCODERDEVICE",
          "NV_ENC_ERR_INVALID_DEVICE",
          "NV_ENC_ERR_DEVICE_NOT_EXIST",
          "NV_ENC_ERR_INVALID_PTR",
          "NV_ENC_ERR_INVALID_EVENT",
          "NV_ENC_ERR_INVALID_PARAM",
          "NV_ENC_ERR_INVALID_CALL",
          "NV_ENC_ERR_OUT_OF_MEMORY",
          "NV_ENC_ERR_ENCODER_NOT_INITIALIZED",
          "NV_ENC_ERR_UNSUPPORTED_PARAM",
          "NV_ENC_ERR_LOCK_BUSY",
          "NV_ENC_ERR_NOT_ENOUGH_BUFFER",
          "NV_ENC_ERR_INVALID_VERSION",
          "NV_ENC_ERR_MAP_FAILED",
          "NV_ENC_ERR_NEED_MORE_INPUT",
          "NV_ENC_ERR_ENCODER_BUSY",
          "NV_ENC_ERR_EVENT_NOT_REGISTERD",
          "NV_ENC_ERR_GENERIC",
          "NV_ENC_ERR_INCOMPATIBLE_CLIENT_KEY",
          "NV_ENC_ERR_UNIMPLEMENTED",
          "NV_ENC_ERR_RESOURCE_REGISTER_FAILED",
          "NV_ENC_ERR_RESOURCE_NOT_REGISTERED",
          "NV_ENC_ERR_RESOURCE_NOT_MAPPED",
          "NV_ENC_ERR_NEED_MORE_OUTPUT");

  public NvencFacts {
    devices = List.copyOf(devices);
  }

  /** The name and number of an {@code NVENCSTATUS}. */
  public static String error(int code) {
    return code >= 0 && code < STATUSES.size()
        ? STATUSES.get(code) + " (" + code + ")"
        : "NVENC error " + code;
  }

  /**
   * One device.
   *
   * @param opened the return code of opening a session; 1 and 2 say that it has no encoder
   */
  public record NvencDevice(
      CudaDevice device, Reading<Integer> opened, Reading<List<NvencCodec>> codecs) {}

  /**
   * One codec it encodes to.
   *
   * @param codec such as {@code hevc}; its GUID when it is not known here
   * @param profiles named where they are known here
   * @param caps what {@code nvEncGetEncodeCaps} answered, by the names of {@code NV_ENC_CAPS}
   *     without that prefix; what the driver does not know is left out
   */
  public record NvencCodec(String codec, List<String> profiles, Map<String, Integer> caps) {
    public NvencCodec {
      profiles = List.copyOf(profiles);
      caps = Map.copyOf(caps);
    }

    /** A cap; 0 where the driver does not know it. */
    public int cap(String name) {
      return caps.getOrDefault(name, 0);
    }
  }
}
