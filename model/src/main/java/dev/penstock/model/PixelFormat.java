package dev.penstock.model;

/**
 * A pixel format by libav's name with the facts a planner needs.
 *
 * @param name libav's name, such as {@code yuv420p10le}
 * @param bitDepth bits of one component
 * @param chromaShiftX log2 of the horizontal chroma subsampling
 * @param chromaShiftY log2 of the vertical chroma subsampling
 */
public record PixelFormat(
    String name, int bitDepth, int chromaShiftX, int chromaShiftY, boolean rgb, boolean alpha) {

  /** Whether pixels are numbers of RGB colours in a table. */
  public boolean palette() {
    return name.equals("pal8");
  }

  /** Whether there is luma only, perhaps with alpha. */
  public boolean gray() {
    return name.startsWith("gray") || name.startsWith("ya") || blackAndWhite();
  }

  /** Whether a pixel is one bit. */
  public boolean blackAndWhite() {
    return name.startsWith("mono");
  }

  /** {@code 4:2:0}, {@code 4:2:2}, {@code 4:4:4}, {@code RGB}, {@code palette}, {@code gray} ... */
  public String sampling() {
    if (rgb) {
      return "RGB";
    }
    if (palette()) {
      return "palette";
    }
    if (gray()) {
      return "gray";
    }
    return switch (chromaShiftX * 10 + chromaShiftY) {
      case 0 -> "4:4:4";
      case 1 -> "4:4:0";
      case 10 -> "4:2:2";
      case 11 -> "4:2:0";
      case 20 -> "4:1:1";
      default -> "4:1:0";
    };
  }
}
