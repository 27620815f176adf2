package dev.penstock.hardware.amd;

import dev.penstock.model.Reading;
import java.util.List;

/**
 * What amdgpu says of its GPUs.
 *
 * @param library that was loaded
 * @param nodes render nodes of amdgpu
 */
public record AmdFacts(Reading<String> library, List<AmdNode> nodes) {
  public AmdFacts {
    nodes = List.copyOf(nodes);
  }

  /**
   * One GPU.
   *
   * @param path of its render node
   * @param pci the full address in lower case
   * @param rings queues that encode, of VCN, UVD and VCE together; 0 where there is no encoder
   * @param encode what the kernel says it encodes
   */
  public record AmdNode(
      String path, Reading<String> pci, Reading<Integer> rings, Reading<List<AmdCodec>> encode) {}

  /**
   * A codec.
   *
   * @param codec libav's name of it
   * @param width of the largest picture
   * @param height of it
   */
  public record AmdCodec(String codec, int width, int height) {}
}
