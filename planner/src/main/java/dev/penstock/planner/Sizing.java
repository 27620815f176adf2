package dev.penstock.planner;

import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import dev.penstock.model.SizeSpec;

/** Arithmetic of picture sizes. Sizes asked for are in square pixels, as shown on a screen. */
final class Sizing {
  private Sizing() {}

  /** The size that {@code spec} makes of a picture. */
  static Size target(SizeSpec spec, Size size, Rational sampleAspect, Pixels pixels) {
    double width = size.width() * sampleAspect.value();
    double height = size.height();
    return switch (spec) {
      case SizeSpec.Exactly(Size exact) -> exact;
      case SizeSpec.Percent(double value) ->
          rounded(width * value / 100, height * value / 100, pixels);
      case SizeSpec.Lines(int count) -> {
        double factor = count / Math.min(width, height);
        yield rounded(width * factor, height * factor, pixels);
      }
      case SizeSpec.Within(Size box) -> {
        double factor = Math.min(box.width() / width, box.height() / height);
        yield inside(rounded(width * factor, height * factor, pixels), box, pixels);
      }
    };
  }

  /** The same picture with square pixels. */
  static Size square(Size size, Rational sampleAspect, Pixels pixels) {
    return sampleAspect.equals(Rational.ONE)
        ? size
        : rounded(size.width() * sampleAspect.value(), size.height(), pixels);
  }

  /** The smallest size of the given aspect that holds the picture. */
  static Size padded(Size size, Rational aspect, Pixels pixels) {
    double width = Math.max(size.width(), size.height() * aspect.value());
    double height = Math.max(size.height(), size.width() / aspect.value());
    Size nearest = rounded(width, height, pixels);
    return new Size(
        nearest.width() < size.width() ? nearest.width() + 2 : nearest.width(),
        nearest.height() < size.height() ? nearest.height() + 2 : nearest.height());
  }

  private static Size rounded(double width, double height, Pixels pixels) {
    return new Size(side(width, pixels.halvesWidth()), side(height, pixels.halvesHeight()));
  }

  private static int side(double length, boolean even) {
    int step = even ? 2 : 1;
    return (int) Math.max(step, Math.round(length / step) * step);
  }

  private static Size inside(Size size, Size box, Pixels pixels) {
    return new Size(
        inside(size.width(), box.width(), pixels.halvesWidth()),
        inside(size.height(), box.height(), pixels.halvesHeight()));
  }

  private static int inside(int side, int bound, boolean even) {
    int most = even ? bound & ~1 : bound;
    return Math.max(even ? 2 : 1, Math.min(side, most));
  }
}
