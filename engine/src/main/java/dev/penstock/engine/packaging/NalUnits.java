package dev.penstock.engine.packaging;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How the samples of a track of H.264 or HEVC are made of NAL units (ISO/IEC 14496-15).
 *
 * @param lengthBytes of the length before each
 */
record NalUnits(boolean hevc, int lengthBytes) {
  private static final int AVC_SEI = 6;
  private static final int HEVC_PREFIX_SEI = 39;
  private static final int HEVC_FIRST_NO_SLICE = 32;
  private static final int AVC_SLICE = 1;
  private static final int AVC_IDR_SLICE = 5;

  /**
   * One NAL unit in the bytes of a fragment.
   *
   * @param start of its header, behind its length
   */
  record Unit(int start, int length) {
    int end() {
      return start + length;
    }
  }

  /**
   * Of a sample entry, which may be one of encrypted samples; empty where there are no NAL units.
   *
   * @param type what it is, or would be without encryption
   * @param boxes the boxes in it
   */
  static Optional<NalUnits> of(String type, Box boxes) {
    return switch (type) {
      case "avc1" -> Optional.of(new NalUnits(false, (boxes.get("avcC").read().get(4) & 3) + 1));
      case "hvc1" -> Optional.of(new NalUnits(true, (boxes.get("hvcC").read().get(21) & 3) + 1));
      default -> Optional.empty();
    };
  }

  /** Those of a sample, in order. */
  List<Unit> in(byte[] bytes, Fragment.Sample sample) {
    List<Unit> units = new ArrayList<>();
    int end = sample.offset() + sample.size();
    for (int at = sample.offset(); at < end; at = units.getLast().end()) {
      int length = 0;
      for (int i = 0; i < lengthBytes; i++) {
        length = length << 8 | (bytes[at + i] & 0xff);
      }
      units.add(new Unit(at + lengthBytes, length));
    }
    return units;
  }

  int headerBytes() {
    return hevc ? 2 : 1;
  }

  /** ISO/IEC 14496-10 table 7-1, ISO/IEC 23008-2 table 7-1. */
  int type(byte[] bytes, Unit unit) {
    int first = bytes[unit.start()] & 0xff;
    return hevc ? first >> 1 & 0x3f : first & 0x1f;
  }

  boolean isSlice(byte[] bytes, Unit unit) {
    int type = type(bytes, unit);
    return hevc ? type < HEVC_FIRST_NO_SLICE : type == AVC_SLICE || type == AVC_IDR_SLICE;
  }

  boolean isSei(byte[] bytes, Unit unit) {
    return type(bytes, unit) == (hevc ? HEVC_PREFIX_SEI : AVC_SEI);
  }

  /** A NAL unit without the bytes that keep start codes from appearing in it (7.3.1.1 in both). */
  byte[] unescaped(byte[] bytes, Unit unit) {
    byte[] plain = new byte[unit.length()];
    int length = 0;
    int zeros = 0;
    for (int i = unit.start(); i < unit.end(); i++) {
      if (zeros == 2 && bytes[i] == 3) {
        zeros = 0;
      } else {
        zeros = bytes[i] == 0 ? Math.min(2, zeros + 1) : 0;
        plain[length++] = bytes[i];
      }
    }
    return Arrays.copyOf(plain, length);
  }
}
