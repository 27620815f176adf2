package dev.penstock.engine;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The note of its version and settings that x264 puts before the first picture, for people: user
 * data of 700 bytes (ITU-T H.264, D.1.7). A stream has it once.
 */
final class X264Note {
  /** An SEI message of unregistered user data, whose length follows and then x264's UUID. */
  private static final byte[] SEI_USER_DATA = {6, 5};

  private static final byte[] UUID = HexFormat.of().parseHex("dc45e9bde6d948b7962cd820d923eeef");

  private X264Note() {}

  /** Where bytes lie. */
  record Place(int at, int length) {}

  /**
   * Where it lies, with its start code.
   *
   * @param data of a packet in the byte stream format of Annex B
   */
  static Optional<Place> in(byte[] data) {
    for (int unit = unitFrom(data, 0); unit < data.length; unit = unitFrom(data, unit + 3)) {
      int end = unitFrom(data, unit + 3);
      if (isNote(Arrays.copyOfRange(data, unit + 3, end))) {
        int at = unit > 0 && data[unit - 1] == 0 ? unit - 1 : unit;
        int next = end < data.length && data[end - 1] == 0 ? end - 1 : end;
        return Optional.of(new Place(at, next - at));
      }
    }
    return Optional.empty();
  }

  /** The next start code of three bytes, or the end. */
  private static int unitFrom(byte[] data, int from) {
    for (int i = from; i + 2 < data.length; i++) {
      if (data[i] == 0 && data[i + 1] == 0 && data[i + 2] == 1) {
        return i;
      }
    }
    return data.length;
  }

  private static boolean isNote(byte[] unit) {
    if (unit.length < 2 || unit[0] != SEI_USER_DATA[0] || unit[1] != SEI_USER_DATA[1]) {
      return false;
    }
    int begin = 2;
    while (begin < unit.length && unit[begin] == (byte) 0xff) {
      begin++; // longer than 255 bytes
    }
    int uuid = begin + 1;
    return unit.length >= uuid + UUID.length
        && Arrays.equals(unit, uuid, uuid + UUID.length, UUID, 0, UUID.length);
  }
}
