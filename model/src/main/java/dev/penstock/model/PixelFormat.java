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

  /** Whether chroma is stored at half width and half height (4:2:0). */
  public boolean is420() {
    return !rgb && chromaShiftX == 1 && chromaShiftY == 1;
  }

  /** Whether it is luma alone, which libav always takes for full range. */
  public boolean isGrey() {
    return name.startsWith("gray") || name.startsWith("mono") || name.startsWith("ya");
  }

  /** {@code 4:2:0}, {@code 4:2:2}, {@code 4:4:4}, {@code RGB}, {@code grey} ... */
  public String sampling() {
    if (rgb) {
      return "RGB";
    }
    if (isGrey()) {
      return "grey";
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
