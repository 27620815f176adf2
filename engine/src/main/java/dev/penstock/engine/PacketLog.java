package dev.penstock.engine;

import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.util.Arrays;
import java.util.BitSet;
import java.util.stream.LongStream;

/**
 * The packets of one track in the order of the file: when they are shown, which are key frames.
 * Kept of what is written and of what is read back, to be held against each other. Written by one
 * thread; read after it has left.
 */
final class PacketLog {
  private final BitSet keys = new BitSet();
  private final BitSet hidden = new BitSet();
  private Rational timeBase = Timestamp.MICROSECONDS;
  private long[] times = {};
  private int size;
  private long bytes;
  private int filled;
  private int corrupt;
  private int withoutTime;
  private long padding;
  private long lastDecoding = Timestamp.NONE;
  private int falling = -1;
  private long end = Timestamp.NONE;
  private long latest = Timestamp.NONE;
  private long longest;

  /**
   * Notes a packet.
   *
   * @param base unit of its times, the same for all of a track
   */
  void add(Packet packet, Rational base) {
    add(
        new Entry(packet.pts(), packet.dts(), packet.duration(), packet.size(), packet.isKey()),
        base);
    hidden.set(size - 1, packet.isHidden());
    corrupt += packet.isCorrupt() ? 1 : 0;
  }

  /**
   * What is noted of a packet.
   *
   * @param pts may be {@link Timestamp#NONE}, as may {@code dts}
   */
  record Entry(long pts, long dts, long duration, int bytes, boolean key) {}

  void add(Entry entry, Rational base) {
    timeBase = base;
    if (size == times.length) {
      times = Arrays.copyOf(times, Math.max(256, 2 * size));
    }
    if (entry.dts() != Timestamp.NONE) {
      if (falling < 0 && lastDecoding != Timestamp.NONE && entry.dts() <= lastDecoding) {
        falling = size;
      }
      lastDecoding = entry.dts();
    }
    if (entry.pts() == Timestamp.NONE) {
      withoutTime++;
    } else {
      end = Math.max(end, entry.pts() + Math.max(0, entry.duration()));
      latest = Math.max(latest, entry.pts());
    }
    longest = Math.max(longest, entry.duration());
    keys.set(size, entry.key());
    bytes += entry.bytes();
    // An empty text stands between two that are shown.
    filled += entry.bytes() > 2 ? 1 : 0;
    times[size++] = entry.pts();
  }

  /** Notes how much of the first packets is not to be heard, microseconds. */
  void setPadding(long micros) {
    padding = micros;
  }

  /** When the first of it is heard; NONE when there is nothing. */
  long heardMicros() {
    return firstMicros() == Timestamp.NONE ? Timestamp.NONE : firstMicros() + padding;
  }

  Rational timeBase() {
    return timeBase;
  }

  int size() {
    return size;
  }

  long bytes() {
    return bytes;
  }

  /** Packets with something in them. */
  int filled() {
    return filled;
  }

  /** Packets that the container marks as damaged. */
  int corrupt() {
    return corrupt;
  }

  int withoutTime() {
    return withoutTime;
  }

  /** The first packet that is not decoded later than the one before; below zero for none. */
  int falling() {
    return falling;
  }

  boolean isKey(int packet) {
    return keys.get(packet);
  }

  int keyCount() {
    return keys.cardinality();
  }

  boolean isTimeKnown(int packet) {
    return times[packet] != Timestamp.NONE;
  }

  /** When a packet is shown, microseconds; its time must be known. */
  long micros(int packet) {
    return Timestamp.rescale(times[packet], timeBase, Timestamp.MICROSECONDS);
  }

  /** The earliest time at which something is shown; NONE when there is nothing. */
  long firstMicros() {
    return micros(
        LongStream.range(0, size)
            .filter(i -> !hidden.get((int) i) && times[(int) i] != Timestamp.NONE)
            .map(i -> times[(int) i])
            .min()
            .orElse(Timestamp.NONE));
  }

  /** When the last of it begins, or is decoded if that is earlier; NONE when there is nothing. */
  long latestMicros() {
    return micros(lastDecoding == Timestamp.NONE ? latest : Math.min(latest, lastDecoding));
  }

  /**
   * When the last of it ends, as far as packets say; NONE when there is nothing. NONE when there is
   * nothing.
   */
  long endMicros() {
    return micros(end);
  }

  /** How long the longest packet lasts. */
  long longestMicros() {
    return micros(longest);
  }

  private long micros(long ticks) {
    return Timestamp.rescale(ticks, timeBase, Timestamp.MICROSECONDS);
  }

  /** Numbers of the packets that are shown, in the order of showing. */
  int[] shown() {
    return LongStream.range(0, size)
        .mapToInt(i -> (int) i)
        .filter(i -> !hidden.get(i) && times[i] != Timestamp.NONE)
        .boxed()
        .sorted((a, b) -> Long.compare(times[a], times[b]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
