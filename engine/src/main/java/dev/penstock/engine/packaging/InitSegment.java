package dev.penstock.engine.packaging;

import dev.penstock.engine.packaging.CodecString.Colour;
import dev.penstock.model.Rational;
import dev.penstock.model.Size;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/**
 * What an initialization segment says of its track.
 *
 * @param editOffset where in the media the presentation begins, in ticks
 * @param coded size of the pictures; 0x0 of sound
 * @param display size with square pixels, upright
 */
record InitSegment(
    String sampleEntry,
    String codecs,
    int timescale,
    long editOffset,
    Size coded,
    Size display,
    Rational sampleAspect,
    Optional<Colour> colour) {
  /** Bytes of a sample entry before the boxes in it: ISO/IEC 14496-12 12.1.3 and 12.2.3. */
  static final int VISUAL_ENTRY = 78;

  static final int AUDIO_ENTRY = 28;

  static InitSegment read(byte[] bytes) {
    Box trak = Box.all(bytes).get("moov", "trak");
    Box entry = sampleEntry(trak);
    boolean video = isVideo(trak);
    Box boxes = inside(entry, video);
    ByteBuffer fields = entry.read();
    Size coded =
        video ? new Size(fields.getShort(24) & 0xffff, fields.getShort(26) & 0xffff) : NO_SIZE;
    return new InitSegment(
        entry.type(),
        CodecString.of(entry, boxes),
        timescale(trak.get("mdia", "mdhd").read()),
        editOffset(trak),
        coded,
        video ? display(trak.get("tkhd").read()) : NO_SIZE,
        boxes.find("pasp").map(InitSegment::aspect).orElse(Rational.ONE),
        video ? Colour.in(boxes) : Optional.empty());
  }

  private static final Size NO_SIZE = new Size(0, 0);

  static boolean isVideo(Box trak) {
    return trak.get("mdia", "minf").find("vmhd").isPresent();
  }

  static Box sampleEntry(Box trak) {
    return trak.get("mdia", "minf", "stbl", "stsd").children(8).getFirst();
  }

  /** A sample entry seen from its first box on. */
  static Box inside(Box entry, boolean video) {
    return entry.behind(video ? VISUAL_ENTRY : AUDIO_ENTRY);
  }

  private static int timescale(ByteBuffer mdhd) {
    return mdhd.getInt(mdhd.get(0) == 0 ? 12 : 20);
  }

  private static long editOffset(Box trak) {
    Optional<Box> edts = trak.find("edts");
    if (edts.isEmpty()) {
      return 0;
    }
    ByteBuffer elst = edts.get().get("elst").read();
    if (elst.getInt(4) != 1) {
      throw new IllegalStateException("an edit list of " + elst.getInt(4) + " entries");
    }
    return elst.get(0) == 0 ? elst.getInt(12) : elst.getLong(16);
  }

  /** Sizes in 16.16; the matrix turns them by 90 degrees where its first number is zero. */
  private static Size display(ByteBuffer tkhd) {
    int matrix = tkhd.get(0) == 0 ? 40 : 52;
    Size size =
        new Size(
            (int) Math.round((tkhd.getInt(matrix + 36) & 0xffffffffL) / 65536.0),
            (int) Math.round((tkhd.getInt(matrix + 40) & 0xffffffffL) / 65536.0));
    return tkhd.getInt(matrix) == 0 ? size.turned() : size;
  }

  private static Rational aspect(Box pasp) {
    ByteBuffer fields = pasp.read();
    return Rational.ofPositive(fields.getInt(0), fields.getInt(4)).orElse(Rational.ONE);
  }

  /**
   * The same with the brands of CMAF: ISO/IEC 23000-19 7.2 wants {@code cmfc}, and {@code iso6} is
   * what the boxes need.
   */
  static byte[] branded(byte[] bytes) {
    Box ftyp = Box.all(bytes).get("ftyp");
    byte[] brands =
        BoxWriter.box(
            "ftyp",
            new BoxWriter().text("iso6").int32(0).text("iso6").text("cmfc").text("mp41").bytes());
    return new BoxWriter()
        .raw(brands)
        .raw(Arrays.copyOfRange(bytes, ftyp.end(), bytes.length))
        .bytes();
  }
}
