package dev.penstock.model;

/** Black bars asked for, around the scaled picture. */
public sealed interface PadSpec {
  /** Up to this size: {@code 1280x720}. */
  record To(Size size) implements PadSpec {}

  /** Up to this display aspect: {@code 16:9}. */
  record Aspect(Rational ratio) implements PadSpec {}
}
