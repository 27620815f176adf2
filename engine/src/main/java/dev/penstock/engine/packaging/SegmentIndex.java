package dev.penstock.engine.packaging;

import java.util.List;

/**
 * The segment index box, ISO/IEC 14496-12 8.16.3: how long each segment is, in bytes and in time.
 * One for all segments stands before the first, as DASH's on-demand profile wants it.
 */
final class SegmentIndex {
  private static final int FIXED_BYTES = 40;
  private static final int REFERENCE_BYTES = 12;
  private static final int MAX_REFERENCES = 0xffff;
  private static final int TRACK = 1;

  /** starts_with_SAP, SAP_type 1: decoding and showing can begin with the first sample. */
  private static final int STARTS_WITH_SAP = 1 << 31 | 1 << 28;

  private SegmentIndex() {}

  /** Bytes of an index of so many segments. */
  static long size(int segments) {
    if (segments > MAX_REFERENCES) {
      throw new IllegalArgumentException(segments + " segments in one file");
    }
    return FIXED_BYTES + (long) REFERENCE_BYTES * segments;
  }

  /** The box, and a free one where {@code room} is larger, which it is by whole references. */
  static byte[] bytes(List<Segment> segments, int timescale, int room) {
    int size = (int) size(segments.size());
    int rest = room - size;
    BoxWriter content =
        new BoxWriter()
            .int32(TRACK)
            .int32(timescale)
            .int64(segments.getFirst().start())
            .int64(rest)
            .int16(0)
            .int16(segments.size());
    for (Segment segment : segments) {
      content
          .int32(Math.toIntExact(segment.span().bytes()))
          .int32(Math.toIntExact(segment.duration()))
          .int32(STARTS_WITH_SAP);
    }
    BoxWriter all = new BoxWriter().raw(BoxWriter.fullBox("sidx", 1, 0, content.bytes()));
    if (rest > 0) {
      all.raw(BoxWriter.box("free", new byte[rest - 8]));
    }
    return all.bytes();
  }
}
