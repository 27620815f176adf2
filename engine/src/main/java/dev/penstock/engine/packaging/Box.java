package dev.penstock.engine.packaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A box of an ISO base media file (ISO/IEC 14496-12 4.2), or a stretch of bytes that holds some.
 * Reads what libav wrote, so what does not fit is an {@link IllegalStateException}.
 */
final class Box {
  private static final int HEADER = 8;
  private static final int LARGE_HEADER = 16;

  private final byte[] data;
  private final String type;
  private final int start;
  private final int body;
  private final int end;

  /**
   * @param start of the box in {@code data}
   * @param body where its payload begins
   * @param end behind its last byte
   */
  private Box(byte[] data, String type, int start, int body, int end) {
    this.data = data;
    this.type = type;
    this.start = start;
    this.body = body;
    this.end = end;
  }

  /** All of some bytes. */
  static Box all(byte[] data) {
    return new Box(data, "", 0, 0, data.length);
  }

  /** The boxes in it, from {@code skip} bytes into its payload. */
  List<Box> children(int skip) {
    List<Box> children = new ArrayList<>();
    int at = body + skip;
    while (at + HEADER <= end) {
      Box child = at(at);
      children.add(child);
      at = child.end;
    }
    return children;
  }

  private Box at(int offset) {
    ByteBuffer buffer = ByteBuffer.wrap(data);
    long size = Integer.toUnsignedLong(buffer.getInt(offset));
    String name = new String(data, offset + 4, 4, StandardCharsets.ISO_8859_1);
    int header = HEADER;
    if (size == 1) {
      size = buffer.getLong(offset + HEADER);
      header = LARGE_HEADER;
    }
    if (size < header || size > end - offset) {
      throw new IllegalStateException("box " + name + " at " + offset + " has size " + size);
    }
    return new Box(data, name, offset, offset + header, (int) (offset + size));
  }

  Optional<Box> find(String wanted) {
    return children(0).stream().filter(child -> child.type.equals(wanted)).findFirst();
  }

  /** The box at the end of a path of types. */
  Box get(String... path) {
    Box box = this;
    for (String step : path) {
      Box parent = box;
      box =
          parent
              .find(step)
              .orElseThrow(() -> new IllegalStateException("no " + step + " in " + parent.type));
    }
    return box;
  }

  /** Its payload, to read from; positions count from the payload's first byte. */
  ByteBuffer read() {
    return ByteBuffer.wrap(data, body, end - body).slice();
  }

  int size() {
    return end - start;
  }

  /** Its bytes, header included. */
  byte[] bytes() {
    return java.util.Arrays.copyOfRange(data, start, end);
  }

  String type() {
    return type;
  }

  int start() {
    return start;
  }

  int body() {
    return body;
  }

  int end() {
    return end;
  }

  /** The same without so many bytes of its payload, which are no boxes. */
  Box behind(int skip) {
    return new Box(data, type, start, body + skip, end);
  }

  @Override
  public String toString() {
    return type + "@" + start + "+" + size();
  }
}
