package dev.penstock.model;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A GPU and what it can do with video.
 *
 * @param memory bytes of its own memory
 * @param sessionLimit how many encodes at once the driver allows on all GPUs of the machine
 *     together that have a limit; absent as {@code UNSUPPORTED} where it sets none, otherwise not
 *     known
 * @param capabilities of all interfaces to it, encoding first
 */
public record Device(
    Identity identity,
    Engines engines,
    Reading<Long> memory,
    Reading<Integer> sessionLimit,
    List<Capability> capabilities) {
  public Device {
    capabilities = List.copyOf(capabilities);
  }

  /** The same where nothing is to be decoded on it. */
  public Device withoutDecoders() {
    return new Device(
        identity,
        engines,
        memory,
        sessionLimit,
        capabilities.stream()
            .filter(each -> each.direction() != Capability.Direction.DECODE)
            .toList());
  }

  /**
   * Who it is. Indices change from boot to boot and with the environment; the UUID and the PCI
   * address do not.
   *
   * @param pci the full address in lower case, such as {@code 0000:3b:00.0}
   * @param renderNode such as {@code /dev/dri/renderD128}
   * @param nvml NVML's index of it
   * @param cuda CUDA's index of it
   * @param driver name and version of what drives it, as far as that is known
   */
  public record Identity(
      String name,
      Vendor vendor,
      Optional<String> uuid,
      Optional<String> pci,
      Optional<String> renderNode,
      OptionalInt nvml,
      OptionalInt cuda,
      Optional<String> driver) {
    /** What it is called where only one word fits: the address, or else the UUID or the name. */
    public String key() {
      return pci.or(() -> uuid).orElse(name);
    }
  }

  public enum Vendor {
    NVIDIA("NVIDIA"),
    AMD("AMD"),
    INTEL("Intel"),
    OTHER("other");

    private final String label;

    Vendor(String label) {
      this.label = label;
    }

    public String label() {
      return label;
    }
  }

  /** How many engines of a kind it has; 0 is an answer. */
  public record Engines(
      Reading<Integer> encoders,
      Reading<Integer> decoders,
      Reading<Integer> jpeg,
      Reading<Integer> opticalFlow) {}

  /** What it encodes, or decodes, by this codec, whatever the interface. */
  public List<Capability> of(Capability.Direction direction, String codec) {
    return capabilities.stream()
        .filter(each -> each.direction() == direction && each.codec().equals(codec))
        .toList();
  }
}
