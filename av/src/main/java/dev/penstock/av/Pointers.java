package dev.penstock.av;

import org.bytedeco.javacpp.Pointer;

/** Numbers dressed as C pointers, for libav's {@code opaque} fields. */
final class Pointers {
  private Pointers() {}

  static Pointer of(long value) {
    return new Pointer() {
      {
        this.address = value;
      }
    };
  }
}
