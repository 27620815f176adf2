package dev.penstock.model;

/**
 * A part of the displayed picture, in pixels: {@code WxH+X+Y}.
 *
 * @param x distance from the left edge
 * @param y distance from the top edge
 */
public record Crop(int width, int height, int x, int y) {
  @Override
  public String toString() {
    return width + "x" + height + "+" + x + "+" + y;
  }
}
