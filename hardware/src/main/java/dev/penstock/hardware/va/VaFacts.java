package dev.penstock.hardware.va;

import dev.penstock.model.Reading;
import java.util.List;
import java.util.Map;

/**
 * What VA-API says about a machine.
 *
 * @param library libva, that was loaded
 * @param drm libva-drm, that was loaded
 */
public record VaFacts(Reading<String> library, Reading<String> drm, List<VaNode> nodes) {
  public VaFacts {
    nodes = List.copyOf(nodes);
  }

  /**
   * One render node.
   *
   * @param path such as {@code /dev/dri/renderD128}
   * @param pci the full address in lower case
   * @param kernel the kernel's driver, such as {@code amdgpu}
   * @param version of VA-API the driver serves, such as {@code 1.22}; absent where it cannot be
   *     initialised, with the status
   * @param vendor how the driver calls itself
   */
  public record VaNode(
      String path,
      Reading<String> pci,
      Reading<String> kernel,
      Reading<String> version,
      Reading<String> vendor,
      Reading<List<VaConfig>> configs) {}

  /**
   * One thing a driver can do.
   *
   * @param profile without {@code VAProfile}, such as {@code HEVCMain10}
   * @param codec libav's name of it
   * @param entrypoint without {@code VAEntrypoint}: {@code VLD} decodes, {@code EncSlice} and
   *     {@code EncSliceLP} encode
   * @param attributes by the names of {@code VAConfigAttrib} without that; what is not supported is
   *     left out
   */
  public record VaConfig(
      String profile, String codec, String entrypoint, Map<String, Long> attributes) {
    public VaConfig {
      attributes = Map.copyOf(attributes);
    }

    public boolean encodes() {
      return entrypoint.startsWith("Enc");
    }

    public boolean decodes() {
      return entrypoint.equals("VLD");
    }
  }
}
