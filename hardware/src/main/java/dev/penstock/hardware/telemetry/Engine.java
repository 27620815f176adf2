package dev.penstock.hardware.telemetry;

/** A unit of a GPU that does work of one kind. */
public enum Engine {
  /** Shaders: NVIDIA's SMs, the 3D engine of others. */
  GRAPHICS("gpu"),
  COMPUTE("compute"),
  /** The memory's controller: the share of time it was reading or writing. */
  MEMORY("mem"),
  ENCODER("enc"),
  DECODER("dec"),
  /** One unit that both encodes and decodes, as Intel's and AMD's newer ones. */
  VIDEO("video"),
  /** Scales and converts. */
  VIDEO_ENHANCE("vpp"),
  JPEG("jpeg"),
  OPTICAL_FLOW("ofa"),
  COPY("copy");

  private final String label;

  Engine(String label) {
    this.label = label;
  }

  /** A few letters for people. */
  public String label() {
    return label;
  }
}
