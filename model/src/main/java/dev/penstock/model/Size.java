package dev.penstock.model;

/** Width and height in pixels. */
public record Size(int width, int height) {
  public Size turned() {
    return new Size(/* width= */ height, /* height= */ width);
  }

  public int shortSide() {
    return Math.min(width, height);
  }

  public long pixels() {
    return (long) width * height;
  }

  /** Rounded down to even sides, at least 2. */
  public Size even() {
    return new Size(Math.max(2, width & ~1), Math.max(2, height & ~1));
  }

  @Override
  public String toString() {
    return width + "x" + height;
  }
}
