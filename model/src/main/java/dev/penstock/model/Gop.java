package dev.penstock.model;

import java.time.Duration;

/** The longest distance between two key frames, as asked for. */
public sealed interface Gop {
  /** A number of frames. */
  record Frames(int count) implements Gop {}

  /** A time. */
  record Time(Duration length) implements Gop {}
}
