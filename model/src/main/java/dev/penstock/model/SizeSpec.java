package dev.penstock.model;

/** The picture size asked for. Sizes are of the displayed picture: after cropping and rotation. */
public sealed interface SizeSpec {
  /** So many lines on the shorter side, aspect kept: {@code 720p}. */
  record Lines(int count) implements SizeSpec {}

  /** The largest size with the same aspect that fits: {@code 1280x720}. */
  record Within(Size box) implements SizeSpec {}

  /** Exactly this, whatever becomes of the aspect: {@code 1280x720!}. */
  record Exactly(Size size) implements SizeSpec {}

  /** A part of the source: {@code 50%}. */
  record Percent(double value) implements SizeSpec {}
}
