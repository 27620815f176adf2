package dev.penstock.hardware;

import java.util.OptionalInt;

/**
 * The configuration space of a PCI Express device as hexadecimal digits (PCI Express Base
 * Specification, 7.6, Extended Configuration Space). Each extended capability begins with its
 * number in 16 bits, its version in 4 and where the next one is in 12, of a little-endian word.
 */
record PciConfiguration(String digits) {
  private static final int FIRST = 0x100;
  private static final int HEADER = 4;
  private static final int SERIAL = 0x0003;
  private static final int SERIAL_BYTES = 8;

  /** Capabilities stand 4 bytes apart at least: more of them are a circle. */
  private static final int MOST = (4096 - FIRST) / HEADER;

  /** The same with another serial number, of 16 digits, where it has one. */
  PciConfiguration withSerial(String serial) {
    OptionalInt at = serialAt();
    if (at.isEmpty()) {
      return this;
    }
    int begin = 2 * at.getAsInt();
    return new PciConfiguration(
        digits.substring(0, begin)
            + serial.substring(0, 2 * SERIAL_BYTES)
            + digits.substring(begin + 2 * SERIAL_BYTES));
  }

  /** The 16 digits of its serial number, or none. */
  String serial() {
    OptionalInt at = serialAt();
    return at.isEmpty()
        ? ""
        : digits.substring(2 * at.getAsInt(), 2 * (at.getAsInt() + SERIAL_BYTES));
  }

  private OptionalInt serialAt() {
    int at = FIRST;
    for (int i = 0; i < MOST && at >= FIRST && has(at, HEADER); i++) {
      if ((word(at) & 0xffff) == SERIAL && has(at, HEADER + SERIAL_BYTES)) {
        return OptionalInt.of(at + HEADER);
      }
      at = (int) (word(at) >>> 20) & 0xffc;
    }
    return OptionalInt.empty();
  }

  private boolean has(int at, int bytes) {
    return 2 * (at + bytes) <= digits.length();
  }

  private long word(int at) {
    String bytes = digits.substring(2 * at, 2 * (at + HEADER));
    return Integer.toUnsignedLong(Integer.reverseBytes(Integer.parseUnsignedInt(bytes, 16)));
  }
}
