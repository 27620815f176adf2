package dev.penstock.av;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a shared library says of itself, read without loading it. Source: elf(5) and the System V
 * ABI.
 *
 * @param soname what others are linked against; empty where it has none
 * @param needed the sonames of the libraries that it is linked against itself
 */
record SharedObject(String soname, List<String> needed) {
  private static final ValueLayout.OfShort HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt WORD =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final int MAGIC = 0x464c457f;
  private static final int HEADER = 64;
  private static final byte CLASS_64 = 2;
  private static final byte LITTLE_ENDIAN = 1;
  private static final short SHARED = 3;
  private static final short X86_64 = 62;

  private static final int PT_LOAD = 1;
  private static final int PT_DYNAMIC = 2;

  private static final long DT_NULL = 0;
  private static final long DT_NEEDED = 1;
  private static final long DT_STRTAB = 5;
  private static final long DT_SONAME = 14;
  private static final int DYNAMIC_ENTRY = 16;

  /** A part of the file, and where it lies in memory once it is loaded. */
  private record Part(int type, long offset, long address, long size) {
    boolean holds(long where) {
      return type == PT_LOAD && where >= address && where < address + size;
    }
  }

  /**
   * Reads it.
   *
   * @throws IOException whose message is a clause about the file, where it is no library for
   *     x86-64; a {@link java.nio.file.FileSystemException} where it cannot be read
   */
  static SharedObject read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file);
        Arena arena = Arena.ofConfined()) {
      MemorySegment all = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
      requireLibrary(all);
      return read(all);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("is cut off or damaged", e);
    }
  }

  private static void requireLibrary(MemorySegment all) throws IOException {
    if (all.byteSize() < HEADER || all.get(WORD, 0) != MAGIC || all.get(HALF, 16) != SHARED) {
      throw new IOException("is no shared library");
    }
    if (all.get(ValueLayout.JAVA_BYTE, 4) != CLASS_64
        || all.get(ValueLayout.JAVA_BYTE, 5) != LITTLE_ENDIAN
        || all.get(HALF, 18) != X86_64) {
      throw new IOException("is a library for another processor than x86-64");
    }
  }

  private static SharedObject read(MemorySegment all) {
    List<Part> parts = parts(all);
    List<Long> needed = new ArrayList<>();
    long strings = 0;
    long soname = -1;
    for (Part part : parts) {
      for (long at = part.offset();
          part.type() == PT_DYNAMIC && all.get(LONG, at) != DT_NULL;
          at += DYNAMIC_ENTRY) {
        long tag = all.get(LONG, at);
        long value = all.get(LONG, at + Long.BYTES);
        if (tag == DT_NEEDED) {
          needed.add(value);
        } else if (tag == DT_SONAME) {
          soname = value;
        } else if (tag == DT_STRTAB) {
          strings = offset(value, parts);
        }
      }
    }
    long from = strings;
    return new SharedObject(
        soname < 0 ? "" : all.getString(from + soname),
        needed.stream().map(at -> all.getString(from + at)).toList());
  }

  private static List<Part> parts(MemorySegment all) {
    List<Part> parts = new ArrayList<>();
    long first = all.get(LONG, 32);
    int size = Short.toUnsignedInt(all.get(HALF, 54));
    int count = Short.toUnsignedInt(all.get(HALF, 56));
    for (int i = 0; i < count; i++) {
      long at = first + (long) i * size;
      parts.add(
          new Part(
              all.get(WORD, at),
              all.get(LONG, at + 8),
              all.get(LONG, at + 16),
              all.get(LONG, at + 32)));
    }
    return parts;
  }

  private static long offset(long address, List<Part> parts) {
    return parts.stream()
        .filter(part -> part.holds(address))
        .findFirst()
        .map(part -> address - part.address() + part.offset())
        .orElseThrow(() -> new IndexOutOfBoundsException("no part holds " + address));
  }
}
