package dev.penstock.engine.packaging;

/**
 * Reads what H.264 and HEVC write as bits (ISO/IEC 14496-10 7.2 and 9.1, ISO/IEC 23008-2 7.2 and
 * 9.2): from the first byte of a NAL unit, without the bytes that keep start codes from appearing.
 */
final class Bits {
  private static final int MOST = 32;

  private final byte[] bytes;
  private int at;

  Bits(byte[] bytes) {
    this.bytes = bytes;
  }

  /** How many were read. */
  int read() {
    return at;
  }

  boolean flag() {
    if (at >= bytes.length * 8) {
      throw new IllegalStateException("a NAL unit of " + bytes.length + " bytes ends early");
    }
    boolean set = ((bytes[at / 8] >> (7 - at % 8)) & 1) != 0;
    at++;
    return set;
  }

  /** The syntax's u(n). */
  int number(int count) {
    int number = 0;
    for (int i = 0; i < count; i++) {
      number = (number << 1) | (flag() ? 1 : 0);
    }
    return number;
  }

  void skip(int count) {
    for (int i = 0; i < count; i++) {
      boolean _ = flag();
    }
  }

  /** The syntax's ue(v). */
  int unsigned() {
    int zeros = 0;
    while (!flag()) {
      zeros++;
      if (zeros > MOST) {
        throw new IllegalStateException("no number at bit " + at);
      }
    }
    return (1 << zeros) - 1 + number(zeros);
  }

  void skipUnsigned(int count) {
    for (int i = 0; i < count; i++) {
      int _ = unsigned();
    }
  }

  /** The syntax's se(v). */
  int signed() {
    int code = unsigned();
    return (code & 1) == 0 ? -(code >> 1) : (code >> 1) + 1;
  }

  void skipSigned(int count) {
    skipUnsigned(count);
  }
}
