package dev.penstock.engine.packaging;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A rendition read back from disk, box by box: what its fragments say of its samples. The samples
 * themselves are not looked at, so those that are encrypted can be read without a key.
 *
 * @param codec as its sample entry says it, RFC 6381
 * @param timescale ticks a second
 * @param init bytes of the initialization segment
 * @param index references of the {@code sidx}, where there is one
 */
public record RenditionReading(
    String id,
    String codec,
    int timescale,
    Span init,
    Optional<Index> index,
    List<Part> parts,
    List<Sample> samples) {
  private static final int HEADER = 8;
  private static final int LARGE_HEADER = 16;

  /** No box that is read whole is larger. */
  private static final long MOST_BYTES = 64 << 20;

  public RenditionReading {
    parts = List.copyOf(parts);
    samples = List.copyOf(samples);
  }

  /**
   * One sample.
   *
   * @param time presentation time, ticks from the beginning of the presentation
   * @param decode when it is decoded
   */
  public record Sample(long time, long decode, long duration, int bytes, boolean key) {}

  /**
   * One segment.
   *
   * @param first number of its first sample
   * @param count of its samples
   * @param keys where its fragments begin, by the number of their first sample
   */
  public record Part(Span span, int first, int count, List<Fragmented> keys) {
    public Part {
      keys = List.copyOf(keys);
    }
  }

  /** Where a fragment begins. */
  public record Fragmented(int sample, Span span) {}

  /**
   * A {@code sidx}.
   *
   * @param first offset of the first byte that it refers to
   * @param durations in ticks, of each segment
   */
  public record Index(Span span, long first, List<Long> bytes, List<Long> durations) {
    public Index {
      bytes = List.copyOf(bytes);
      durations = List.copyOf(durations);
    }
  }

  /**
   * Reads a rendition of either layout.
   *
   * @throws IOException when its boxes make no sense, or are cut off
   */
  public static RenditionReading of(Path folder, String id) throws IOException {
    Reading reading = new Reading(id);
    try {
      if (Files.exists(folder.resolve(id + ".mp4"))) {
        reading.read(folder, id + ".mp4");
      } else {
        reading.read(folder, id + "/init.mp4");
        String part = part(id, 1);
        for (int i = 1; Files.exists(folder.resolve(part)); part = part(id, ++i)) {
          reading.read(folder, part);
        }
      }
      return reading.done();
    } catch (RuntimeException e) {
      throw new IOException("its boxes make no sense: " + e.getMessage(), e);
    }
  }

  private static String part(String id, int number) {
    return String.format(Locale.ROOT, "%s/%05d.m4s", id, number);
  }

  /** Seconds. */
  public double seconds(long ticks) {
    return (double) ticks / timescale;
  }

  /** When a segment begins: the earliest of its samples that is presented. */
  public long start(Part part) {
    return Math.max(
        0,
        samples.subList(part.first(), part.first() + part.count()).stream()
            .mapToLong(Sample::time)
            .min()
            .orElse(0));
  }

  /** When the last sample ends. */
  public long end() {
    return samples.stream().mapToLong(s -> s.time() + s.duration()).max().orElse(0);
  }

  /** What is known so far. */
  private static final class Reading {
    private final String id;
    private final List<Part> parts = new ArrayList<>();
    private final List<Sample> samples = new ArrayList<>();
    private Optional<InitSegment> init = Optional.empty();
    private Optional<Index> index = Optional.empty();
    private Span initSpan = Span.file("", 0);
    private long partAt = -1;
    private int partFirst;
    private List<Fragmented> partKeys = new ArrayList<>();

    Reading(String id) {
      this.id = id;
    }

    void read(Path folder, String uri) throws IOException {
      try (FileChannel file = FileChannel.open(folder.resolve(uri))) {
        long size = file.size();
        long at = 0;
        while (at < size) {
          at = box(file, uri, at, size);
        }
        endPart(uri, size, size);
      }
    }

    /** Takes the box at {@code at}, and says where the next one is. */
    private long box(FileChannel file, String uri, long at, long size) throws IOException {
      byte[] head = bytes(file, at, (int) Math.min(LARGE_HEADER, size - at));
      if (head.length < HEADER) {
        throw new IOException(uri + " is cut off at " + at);
      }
      ByteBuffer header = ByteBuffer.wrap(head);
      long length = Integer.toUnsignedLong(header.getInt(0));
      String type = new String(head, 4, 4, StandardCharsets.ISO_8859_1);
      if (length == 1 && header.limit() == LARGE_HEADER) {
        length = header.getLong(HEADER);
      }
      if (length < HEADER || length > size - at) {
        throw new IOException(
            "box "
                + type
                + " at "
                + at
                + " of "
                + uri
                + " has "
                + length
                + " bytes, and "
                + (size - at)
                + " are there");
      }
      switch (type) {
        case "ftyp" -> initSpan = new Span(uri, at, length, false);
        case "moov" -> moov(file, uri, at, length, size);
        case "sidx" ->
            index = Optional.of(index(ByteBuffer.wrap(bytes(file, at, whole(length))), uri, at));
        case "styp" -> {
          endPart(uri, at, size);
          partAt = at;
          partFirst = samples.size();
          partKeys = new ArrayList<>();
        }
        case "moof" -> moof(file, uri, at, length, size);
        default -> {}
      }
      return at + length;
    }

    private void moov(FileChannel file, String uri, long at, long length, long size)
        throws IOException {
      init = Optional.of(InitSegment.read(bytes(file, at, whole(length))));
      boolean all = initSpan.offset() == 0 && at + length == size;
      initSpan = new Span(uri, initSpan.offset(), at + length - initSpan.offset(), all);
    }

    private void moof(FileChannel file, String uri, long at, long length, long size)
        throws IOException {
      InitSegment facts = init.orElseThrow(() -> new IOException("no moov before " + at));
      Fragment fragment = Fragment.read(bytes(file, at, whole(length)));
      long decode = fragment.decodeTime();
      long end = at;
      int first = samples.size();
      for (Fragment.Sample sample : fragment.samples()) {
        samples.add(
            new Sample(
                sample.time() - facts.editOffset(),
                decode,
                sample.duration(),
                sample.size(),
                sample.key()));
        decode += sample.duration();
        end = at + sample.offset() + sample.size();
      }
      if (end > size) {
        throw new IOException(uri + " is cut off: a fragment needs " + end + " bytes of " + size);
      }
      partKeys.add(new Fragmented(first, new Span(uri, at, end - at, false)));
    }

    private void endPart(String uri, long at, long size) {
      if (partAt < 0) {
        return;
      }
      boolean all = partAt == 0 && at == size;
      parts.add(
          new Part(
              new Span(uri, partAt, at - partAt, all),
              partFirst,
              samples.size() - partFirst,
              partKeys));
      partAt = -1;
    }

    /** ISO/IEC 14496-12 8.16.3, version 1, as {@link SegmentIndex} writes it. */
    private static Index index(ByteBuffer box, String uri, long at) {
      int head = HEADER + 4 + 4 + 4;
      boolean wide = box.get(HEADER) == 1;
      long offset = wide ? box.getLong(head + 8) : box.getInt(head + 4);
      int count = box.getShort(head + (wide ? 18 : 10)) & 0xffff;
      int references = head + (wide ? 20 : 12);
      List<Long> bytes = new ArrayList<>();
      List<Long> durations = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        bytes.add(box.getInt(references + 12 * i) & 0x7fffffffL);
        durations.add(Integer.toUnsignedLong(box.getInt(references + 12 * i + 4)));
      }
      Span span = new Span(uri, at, box.limit(), false);
      return new Index(span, at + box.limit() + offset, bytes, durations);
    }

    private static int whole(long length) throws IOException {
      if (length > MOST_BYTES) {
        throw new IOException("a box of " + length + " bytes");
      }
      return (int) length;
    }

    private static byte[] bytes(FileChannel file, long at, int length) throws IOException {
      byte[] all = new byte[length];
      ByteBuffer buffer = ByteBuffer.wrap(all);
      while (buffer.hasRemaining() && file.read(buffer, at + buffer.position()) >= 0) {
        // until all is there, or the file ends
      }
      return Arrays.copyOf(all, buffer.position());
    }

    RenditionReading done() throws IOException {
      InitSegment facts = init.orElseThrow(() -> new IOException("it has no moov"));
      return new RenditionReading(
          id, facts.codecs(), facts.timescale(), initSpan, index, parts, samples);
    }
  }
}
