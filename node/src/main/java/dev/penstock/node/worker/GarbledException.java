package dev.penstock.node.worker;

import java.io.IOException;

/** What came is no frame, or holds nothing that is known. Nothing can be read behind it. */
public final class GarbledException extends IOException {
  GarbledException(String message) {
    super(message);
  }
}
