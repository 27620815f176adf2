package dev.penstock.engine.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;

/**
 * Two clips as one track with two sample descriptions (ISO/IEC 14496-12, 8.5.2), as editors write
 * where they join what was encoded apart. libavformat writes one description only, so its file is
 * changed: the second description is added, and the pictures become two chunks, one of each.
 */
public final class Spliced {
  private static final Set<String> AROUND = Set.of("moov", "trak", "mdia", "minf", "stbl");
  private static final int HEADER = 8;

  private final byte[] joined;
  private final byte[] description;
  private final int firstPictures;

  private Spliced(byte[] joined, byte[] description, int firstPictures) {
    this.joined = joined;
    this.description = description;
    this.firstPictures = firstPictures;
  }

  /**
   * Makes it of MP4s with video only, of one size, without B-frames.
   *
   * @param firstPictures how many there are in the first
   */
  public static Path mp4(String name, Path first, Path second, int firstPictures) {
    Path list = Clips.text("splice.txt", "file '" + first + "'\nfile '" + second + "'\n");
    Path joined =
        Clips.make(
            "joined.mp4",
            "-f concat -safe 0 -auto_convert 0 -i " + list + " -c copy -use_editlist 0");
    try {
      byte[] bytes = Files.readAllBytes(joined);
      byte[] description = box(Files.readAllBytes(second), "avc1");
      return Clips.of(name, new Spliced(bytes, description, firstPictures).changed());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The first box of a type, wherever it is. */
  private static byte[] box(byte[] file, String type) {
    int at = new String(file, StandardCharsets.ISO_8859_1).lastIndexOf(type) - 4;
    byte[] found = new byte[ByteBuffer.wrap(file).getInt(at)];
    System.arraycopy(file, at, found, 0, found.length);
    return found;
  }

  private byte[] changed() {
    return boxes(0, joined.length);
  }

  private byte[] boxes(int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteBuffer in = ByteBuffer.wrap(joined);
    for (int at = from; at < to; at += in.getInt(at)) {
      out.writeBytes(box(at, at + in.getInt(at)));
    }
    return out.toByteArray();
  }

  private byte[] box(int from, int to) {
    String type = new String(joined, from + 4, 4, StandardCharsets.ISO_8859_1);
    ByteBuffer content = ByteBuffer.wrap(joined, from + HEADER, to - from - HEADER);
    return AROUND.contains(type)
        ? written(type, boxes(from + HEADER, to))
        : switch (type) {
          case "stsd" -> written(type, descriptions(content));
          case "stsc" ->
              written(type, ints(0, 2, 1, firstPictures, 1, 2, pictures() - firstPictures, 2));
          case "stco" -> written(type, ints(0, 2, start(), start() + sizeOfFirst()));
          default -> written(type, rest(content));
        };
  }

  private byte[] descriptions(ByteBuffer content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    content.position(content.position() + 8);
    out.writeBytes(ints(0, 2));
    out.writeBytes(rest(content));
    out.writeBytes(description);
    return out.toByteArray();
  }

  /** Where the pictures lie, one behind the other: the table of chunks begins with it. */
  private int start() {
    return ByteBuffer.wrap(joined).getInt(table("stco") + 8);
  }

  private int pictures() {
    return ByteBuffer.wrap(joined).getInt(table("stsz") + 8);
  }

  private int sizeOfFirst() {
    int size = 0;
    for (int i = 0; i < firstPictures; i++) {
      size += ByteBuffer.wrap(joined).getInt(table("stsz") + 12 + 4 * i);
    }
    return size;
  }

  /** Where the content of a table begins, with its version and flags. */
  private int table(String type) {
    return new String(joined, StandardCharsets.ISO_8859_1).lastIndexOf(type) + 4;
  }

  private static byte[] rest(ByteBuffer content) {
    byte[] bytes = new byte[content.remaining()];
    content.get(bytes);
    return bytes;
  }

  private static byte[] ints(int... values) {
    ByteBuffer out = ByteBuffer.allocate(4 * values.length);
    for (int value : values) {
      out.putInt(value);
    }
    return out.array();
  }

  private static byte[] written(String type, byte[] content) {
    return ByteBuffer.allocate(HEADER + content.length)
        .putInt(HEADER + content.length)
        .put(type.getBytes(StandardCharsets.ISO_8859_1))
        .put(content)
        .array();
  }
}
