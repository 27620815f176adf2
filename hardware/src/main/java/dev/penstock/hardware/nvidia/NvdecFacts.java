package dev.penstock.hardware.nvidia;

import dev.penstock.hardware.nvidia.CudaFacts.CudaDevice;
import dev.penstock.model.Reading;
import java.util.List;

/**
 * What NVDEC says about a machine.
 *
 * @param cuda that libcuda could be initialised, or why not
 * @param library that was loaded
 * @param devices those of CUDA
 */
public record NvdecFacts(Reading<String> cuda, Reading<String> library, List<NvdecDevice> devices) {
  public NvdecFacts {
    devices = List.copyOf(devices);
  }

  /** One device, with what it decodes. */
  public record NvdecDevice(CudaDevice device, Reading<List<NvdecFormat>> formats) {}

  /**
   * One kind of pictures it decodes.
   *
   * @param codec such as {@code hevc}
   * @param chroma such as {@code 4:2:0}, or {@code 4:0:0}
   * @param bits of each sample
   * @param engines how many of its decoders can
   * @param maxMacroblocks of 256 samples in a picture
   */
  public record NvdecFormat(
      String codec,
      String chroma,
      int bits,
      int engines,
      int minWidth,
      int minHeight,
      int maxWidth,
      int maxHeight,
      int maxMacroblocks) {}
}
