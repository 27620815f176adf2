package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.NalUnits.Unit;

/**
 * Tells where the headers of slices end. What is read of parameter sets and headers is what leads
 * to the end; the values go.
 */
sealed interface SliceHeaders permits AvcSliceHeaders, HevcSliceHeaders {
  /**
   * Of a track.
   *
   * @param boxes those in its sample entry
   */
  static SliceHeaders of(NalUnits units, Box boxes) {
    return units.hevc()
        ? HevcSliceHeaders.read(boxes.get("hvcC").read(), units)
        : AvcSliceHeaders.read(boxes.get("avcC").read(), units);
  }

  /**
   * The bits of the header of a slice, with that of its NAL unit and what aligns the data behind
   * it.
   *
   * @param slice a NAL unit without the bytes that keep start codes from appearing
   */
  int bits(byte[] slice);

  /** How many bytes of a slice's NAL unit stay clear: no byte of the header is encrypted. */
  static int clearBytes(SliceHeaders headers, NalUnits units, byte[] bytes, Unit unit) {
    int wanted = Math.ceilDiv(headers.bits(units.unescaped(bytes, unit)), 8);
    int zeros = 0;
    int at = unit.start();
    for (int got = 0; got < wanted; at++) {
      if (zeros == 2 && bytes[at] == 3) {
        zeros = 0;
      } else {
        zeros = bytes[at] == 0 ? Math.min(2, zeros + 1) : 0;
        got++;
      }
    }
    return at - unit.start();
  }
}
