package dev.penstock.engine;

import dev.penstock.av.Demuxer;
import dev.penstock.av.Packet;
import dev.penstock.av.Timestamp;
import dev.penstock.model.Rational;
import java.time.Duration;
import java.util.Arrays;

/**
 * Puts packets on one time line on which the wanted part of the input begins at zero.
 *
 * <p>Formats such as MPEG-TS may jump: when recordings were joined, or a clock wrapped. A jump of
 * more than {@link #JUMP}, or backwards, is closed by shifting everything after it, for all tracks
 * alike, so that they stay together. Shorter gaps are kept: something is missing there.
 */
final class Timeline {
  /** ffmpeg's {@code -dts_delta_threshold}. */
  static final Duration JUMP = Duration.ofSeconds(10);

  private static final long JUMP_MICROS = JUMP.toMillis() * 1000;
  private static final long BACKWARDS_MICROS = 100_000;

  private final Rational[] bases;
  private final boolean mayJump;
  private final long[] lastDts;
  private final long[] nextDts;
  private long offset;
  private long jumps;

  Timeline(Demuxer input, Duration start) {
    this(bases(input), input.mayJump(), -input.startMicros() - start.toNanos() / 1000);
  }

  /**
   * For inputs with these time bases.
   *
   * @param offset microseconds added to every time
   */
  Timeline(Rational[] bases, boolean mayJump, long offset) {
    this.bases = bases;
    this.mayJump = mayJump;
    this.offset = offset;
    this.lastDts = unknown(bases.length);
    this.nextDts = unknown(bases.length);
  }

  private static Rational[] bases(Demuxer input) {
    Rational[] bases = new Rational[input.trackCount()];
    for (int i = 0; i < bases.length; i++) {
      bases[i] = input.timeBase(i);
    }
    return bases;
  }

  private static long[] unknown(int length) {
    long[] values = new long[length];
    Arrays.fill(values, Timestamp.NONE);
    return values;
  }

  /**
   * Moves a packet's times onto the line; its unit stays the track's.
   *
   * @param continuous whether the track has no gaps by nature: video or audio
   */
  void place(Packet packet, boolean continuous) {
    int track = packet.track();
    if (track >= bases.length) {
      return; // a track that appeared after the start; nobody reads it
    }
    if (continuous && packet.dts() != Timestamp.NONE) {
      follow(track, micros(packet.dts(), track), micros(packet.duration(), track));
    }
    long shift = Timestamp.rescale(offset, Timestamp.MICROSECONDS, bases[track]);
    packet.setTimes(shifted(packet.pts(), shift), shifted(packet.dts(), shift), packet.duration());
  }

  private void follow(int track, long rawDts, long duration) {
    long dts = rawDts + offset;
    if (mayJump && nextDts[track] != Timestamp.NONE && isJump(track, dts)) {
      offset -= dts - nextDts[track];
      jumps++;
      dts = rawDts + offset;
    }
    lastDts[track] = dts;
    nextDts[track] = dts + Math.max(0, duration);
  }

  private boolean isJump(int track, long dts) {
    return Math.abs(dts - nextDts[track]) > JUMP_MICROS || dts + BACKWARDS_MICROS < lastDts[track];
  }

  private long micros(long ticks, int track) {
    return Timestamp.rescale(ticks, bases[track], Timestamp.MICROSECONDS);
  }

  private static long shifted(long time, long shift) {
    return time == Timestamp.NONE ? time : time + shift;
  }

  /** Jumps closed so far. */
  long jumps() {
    return jumps;
  }
}
