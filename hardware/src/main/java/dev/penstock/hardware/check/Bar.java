package dev.penstock.hardware.check;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A memory window of a PCI device.
 *
 * @param number its place among the six base address registers
 * @param size bytes
 * @param flags as {@code include/linux/ioport.h} of the kernel has them
 */
record Bar(int number, long start, long size, long flags) {
  static final Comparator<Bar> BY_SIZE = Comparator.comparingLong(Bar::size);

  private static final int REGISTERS = 6;
  private static final long MEMORY = 0x200;
  private static final long UNSET = 0x2000_0000;

  /**
   * Those that are used.
   *
   * @param resource the file {@code resource}: start, end and flags of each, a line each
   */
  static List<Bar> of(String resource) {
    List<String> lines = resource.lines().limit(REGISTERS).toList();
    List<Bar> bars = new ArrayList<>();
    for (int number = 0; number < lines.size(); number++) {
      String[] words = lines.get(number).strip().split(" +", -1);
      if (words.length == 3) {
        long start = Long.parseUnsignedLong(words[0].substring(2), 16);
        long end = Long.parseUnsignedLong(words[1].substring(2), 16);
        long flags = Long.parseUnsignedLong(words[2].substring(2), 16);
        if ((flags & MEMORY) != 0 && (end > start || (flags & UNSET) != 0)) {
          bars.add(new Bar(number, start, end - start + 1, flags));
        }
      }
    }
    return bars;
  }

  boolean hasAddress() {
    return start != 0 && (flags & UNSET) == 0;
  }

  String text() {
    return text(size);
  }

  static String text(long bytes) {
    return bytes >= 1L << 30
        ? ((bytes + (1L << 29)) >> 30) + " GiB"
        : bytes >= 1L << 20 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
  }
}
