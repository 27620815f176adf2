package dev.penstock.engine.packaging;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Bytes of boxes, big-endian. */
final class BoxWriter {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A box around what {@code content} wrote. */
  static byte[] box(String type, byte[] content) {
    return new BoxWriter().int32(content.length + 8).text(type).raw(content).bytes();
  }

  /** A box with version and flags (ISO/IEC 14496-12 4.2.2). */
  static byte[] fullBox(String type, int version, int flags, byte[] content) {
    return box(type, new BoxWriter().int32(version << 24 | flags).raw(content).bytes());
  }

  BoxWriter int8(int value) {
    out.write(value);
    return this;
  }

  BoxWriter int16(int value) {
    return int8(value >>> 8).int8(value);
  }

  BoxWriter int32(int value) {
    return int16(value >>> 16).int16(value);
  }

  BoxWriter int64(long value) {
    return int32((int) (value >>> 32)).int32((int) value);
  }

  BoxWriter text(String ascii) {
    return raw(ascii.getBytes(StandardCharsets.ISO_8859_1));
  }

  BoxWriter raw(byte[] bytes) {
    out.writeBytes(bytes);
    return this;
  }

  int size() {
    return out.size();
  }

  byte[] bytes() {
    return out.toByteArray();
  }

  /** Changes four bytes of what is there already. */
  static void patch(byte[] bytes, int offset, int value) {
    ByteBuffer.wrap(bytes).putInt(offset, value);
  }
}
