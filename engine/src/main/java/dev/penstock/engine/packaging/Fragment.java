package dev.penstock.engine.packaging;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one {@code moof} says of its samples (ISO/IEC 14496-12 8.8).
 *
 * @param decodeTime of the first sample, on the media's time line
 */
record Fragment(long decodeTime, List<Sample> samples) {
  /**
   * @param time presentation time on the media's time line, which an edit list may shift
   * @param offset of its bytes, from the first byte of the {@code moof}
   * @param key whether decoding can begin with it
   */
  record Sample(long time, long duration, int offset, int size, boolean key) {
    long end() {
      return time + duration;
    }
  }

  private static final int BASE_DATA_OFFSET = 0x1;
  private static final int DESCRIPTION = 0x2;
  private static final int DEFAULT_DURATION = 0x8;
  private static final int DEFAULT_SIZE = 0x10;
  private static final int DEFAULT_FLAGS = 0x20;
  private static final int DEFAULT_BASE_IS_MOOF = 0x020000;
  private static final int DATA_OFFSET = 0x1;
  private static final int FIRST_FLAGS = 0x4;
  private static final int DURATIONS = 0x100;
  private static final int SIZES = 0x200;
  private static final int FLAGS = 0x400;
  private static final int COMPOSITION = 0x800;

  /** Of a sample's flags: sample_is_non_sync_sample. */
  private static final int NO_KEY = 0x10000;

  /** What holds for samples that say nothing else. */
  private record Defaults(int duration, int size, int flags) {}

  /** Reads bytes that begin with a {@code moof}. */
  static Fragment read(byte[] bytes) {
    Box traf = Box.all(bytes).get("moof", "traf");
    ByteBuffer tfhd = traf.get("tfhd").read();
    int flags = tfhd.getInt() & 0xffffff;
    if ((flags & DEFAULT_BASE_IS_MOOF) == 0 || (flags & BASE_DATA_OFFSET) != 0) {
      throw new IllegalStateException("data offsets do not count from the moof");
    }
    tfhd.getInt();
    skip(tfhd, flags, DESCRIPTION);
    int duration = optional(tfhd, flags, DEFAULT_DURATION).orElse(0);
    int size = optional(tfhd, flags, DEFAULT_SIZE).orElse(0);
    Defaults defaults =
        new Defaults(duration, size, optional(tfhd, flags, DEFAULT_FLAGS).orElse(0));
    ByteBuffer tfdt = traf.get("tfdt").read();
    long time = tfdt.get(0) == 0 ? tfdt.getInt(4) : tfdt.getLong(4);
    List<Sample> samples = new ArrayList<>();
    long at = time;
    for (Box run : traf.children(0)) {
      if (run.type().equals("trun")) {
        at = read(run.read(), at, defaults, samples);
      }
    }
    return new Fragment(time, samples);
  }

  private static long read(ByteBuffer trun, long time, Defaults defaults, List<Sample> samples) {
    int flags = trun.getInt() & 0xffffff;
    int count = trun.getInt();
    int offset = optional(trun, flags, DATA_OFFSET).orElseThrow();
    Optional<Integer> first = optional(trun, flags, FIRST_FLAGS);
    long at = time;
    for (int i = 0; i < count; i++) {
      int duration = optional(trun, flags, DURATIONS).orElse(defaults.duration());
      int size = optional(trun, flags, SIZES).orElse(defaults.size());
      int own = optional(trun, flags, FLAGS).orElse(defaults.flags());
      int said = i == 0 ? first.orElse(own) : own;
      int composition = optional(trun, flags, COMPOSITION).orElse(0);
      samples.add(new Sample(at + composition, duration, offset, size, (said & NO_KEY) == 0));
      at += duration;
      offset += size;
    }
    return at;
  }

  private static Optional<Integer> optional(ByteBuffer buffer, int flags, int flag) {
    return (flags & flag) == 0 ? Optional.empty() : Optional.of(buffer.getInt());
  }

  private static void skip(ByteBuffer buffer, int flags, int flag) {
    Optional<Integer> _ = optional(buffer, flags, flag);
  }

  long earliest() {
    return samples.stream().mapToLong(Sample::time).min().orElseThrow();
  }

  long end() {
    return samples.stream().mapToLong(Sample::end).max().orElseThrow();
  }
}
