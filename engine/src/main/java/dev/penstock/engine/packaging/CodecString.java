package dev.penstock.engine.packaging;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/**
 * The {@code codecs} parameter of RFC 6381, from the bytes of a sample entry. Each codec's own
 * specification says what follows the first dot.
 */
final class CodecString {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();
  private static final int UNSPECIFIED = 2;

  private CodecString() {}

  /**
   * @param entry the sample entry
   * @param boxes the boxes in it
   */
  static String of(Box entry, Box boxes) {
    String type = type(entry, boxes);
    return switch (type) {
      case "avc1" -> "avc1." + avc(boxes.get("avcC").read());
      case "hvc1", "hev1" -> type + "." + hevc(boxes.get("hvcC").read());
      case "av01" -> "av01." + av1(boxes.get("av1C").read(), Colour.in(boxes));
      case "vp09" -> "vp09." + vp9(boxes.get("vpcC").read());
      case "mp4a" -> "mp4a." + mpeg4Audio(boxes.get("esds").read());
      case "Opus" -> "opus";
      case "fLaC", "ac-3", "ec-3" -> type;
      default -> throw new IllegalStateException("no codec string for " + type);
    };
  }

  /** What it would be called without encryption (ISO/IEC 14496-12, 8.12.2). */
  private static String type(Box entry, Box boxes) {
    return switch (entry.type()) {
      case "encv", "enca" ->
          StandardCharsets.US_ASCII.decode(boxes.get("sinf", "frma").read()).toString();
      default -> entry.type();
    };
  }

  /**
   * RFC 6381 3.3: profile, constraint flags and level, as they stand in ISO/IEC 14496-15's avcC.
   */
  private static String avc(ByteBuffer avcC) {
    return HEX.toHexDigits(avcC.get(1))
        + HEX.toHexDigits(avcC.get(2))
        + HEX.toHexDigits(avcC.get(3));
  }

  /** ISO/IEC 14496-15 E.3. */
  private static String hevc(ByteBuffer hvcC) {
    int first = hvcC.get(1) & 0xff;
    StringBuilder text = new StringBuilder();
    text.append(new String[] {"", "A", "B", "C"}[first >> 6]).append(first & 0x1f);
    // The compatibility flags in reverse bit order, without leading zeros.
    int compatibility = Integer.reverse(hvcC.getInt(2));
    text.append('.').append(Integer.toHexString(compatibility).toUpperCase(Locale.ROOT));
    text.append('.').append((first & 0x20) == 0 ? 'L' : 'H').append(hvcC.get(12) & 0xff);
    int last = 11;
    while (last >= 6 && hvcC.get(last) == 0) {
      last--;
    }
    for (int i = 6; i <= last; i++) {
      text.append('.').append(Integer.toHexString(hvcC.get(i) & 0xff).toUpperCase(Locale.ROOT));
    }
    return text.toString();
  }

  /** AV1 Codec ISO Media File Format Binding, section 5. */
  private static String av1(ByteBuffer av1C, Optional<Colour> colour) {
    int profileAndLevel = av1C.get(1) & 0xff;
    int flags = av1C.get(2) & 0xff;
    int depth = (flags & 0x40) == 0 ? 8 : (flags & 0x20) == 0 ? 10 : 12;
    String text =
        String.format(
            Locale.ROOT,
            "%d.%02d%c.%02d",
            profileAndLevel >> 5,
            profileAndLevel & 0x1f,
            (flags & 0x80) == 0 ? 'M' : 'H',
            depth);
    if (colour.isEmpty() || colour.get().primaries == UNSPECIFIED) {
      return text;
    }
    boolean bothSubsampled = (flags & 0x0c) == 0x0c;
    String rest =
        String.format(
            Locale.ROOT,
            ".%d.%d%d%d.%02d.%02d.%02d.%d",
            flags >> 4 & 1,
            flags >> 3 & 1,
            flags >> 2 & 1,
            bothSubsampled ? flags & 3 : 0,
            colour.get().primaries,
            colour.get().transfer,
            colour.get().matrix,
            colour.get().fullRange ? 1 : 0);
    // These are the values of what is left out.
    return rest.equals(".0.110.01.01.01.0") ? text : text + rest;
  }

  /** VP Codec ISO Media File Format Binding, "Codecs Parameter String". */
  private static String vp9(ByteBuffer vpcC) {
    int depths = vpcC.get(6) & 0xff;
    String text =
        String.format(
            Locale.ROOT, "%02d.%02d.%02d", vpcC.get(4) & 0xff, vpcC.get(5) & 0xff, depths >> 4);
    if (vpcC.get(7) == UNSPECIFIED) {
      return text;
    }
    return text
        + String.format(
            Locale.ROOT,
            ".%02d.%02d.%02d.%02d.%02d",
            depths >> 1 & 7,
            vpcC.get(7) & 0xff,
            vpcC.get(8) & 0xff,
            vpcC.get(9) & 0xff,
            depths & 1);
  }

  /** RFC 6381 3.3: object type indication and, for MPEG-4 audio, the audio object type. */
  private static String mpeg4Audio(ByteBuffer esds) {
    esds.position(4);
    descriptor(esds, 0x03);
    esds.getShort();
    int flags = esds.get() & 0xff;
    skip(esds, (flags & 0x80) == 0 ? 0 : 2);
    skip(esds, (flags & 0x40) == 0 ? 0 : 1 + (esds.get(esds.position()) & 0xff));
    skip(esds, (flags & 0x20) == 0 ? 0 : 2);
    descriptor(esds, 0x04);
    int objectType = esds.get() & 0xff;
    if (objectType != 0x40) {
      return Integer.toHexString(objectType).toUpperCase(Locale.ROOT);
    }
    skip(esds, 12);
    descriptor(esds, 0x05);
    int first = esds.get() & 0xff;
    int audioObject = first >> 3;
    if (audioObject == 31) {
      audioObject = 32 + ((first & 7) << 3 | (esds.get() & 0xff) >> 5);
    }
    return "40." + audioObject;
  }

  /** Goes into a descriptor of ISO/IEC 14496-1 8.3.3: a tag, and a length of up to four bytes. */
  private static void descriptor(ByteBuffer buffer, int tag) {
    int found = buffer.get() & 0xff;
    if (found != tag) {
      throw new IllegalStateException("esds has descriptor " + found + " in place of " + tag);
    }
    while ((buffer.get() & 0x80) != 0) {
      // The length does not matter.
    }
  }

  private static void skip(ByteBuffer buffer, int count) {
    buffer.position(buffer.position() + count);
  }

  /** Code points of ITU-T H.273, from a {@code colr} box of type {@code nclx}. */
  record Colour(int primaries, int transfer, int matrix, boolean fullRange) {
    private static final int NCLX = 0x6e636c78;

    static Optional<Colour> in(Box boxes) {
      return boxes
          .find("colr")
          .map(Box::read)
          .filter(colr -> colr.getInt(0) == NCLX)
          .map(colr ->
              new Colour(colr.getShort(4), colr.getShort(6), colr.getShort(8), colr.get(10) < 0));
    }
  }
}
