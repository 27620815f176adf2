package dev.penstock.engine.packaging;

import dev.penstock.engine.Failures;
import dev.penstock.model.FailureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The file, or files, of one rendition. Owns what it has open. */
final class SegmentFiles implements AutoCloseable {
  private final Path folder;
  private final String id;
  private final Layout layout;
  private final int indexRoom;
  private @Nullable FileChannel channel;
  private long end;
  private long indexAt;
  private int count;

  /**
   * @param indexRoom bytes to keep free for the index, in one file
   */
  SegmentFiles(Path folder, String id, Layout layout, int indexRoom) {
    this.folder = folder;
    this.id = id;
    this.layout = layout;
    this.indexRoom = indexRoom;
  }

  Span init(byte[] bytes) {
    if (layout == Layout.FILE_PER_SEGMENT) {
      return ownFile(id + "/init.mp4", bytes);
    }
    Span span = append(bytes);
    indexAt = end;
    append(new byte[indexRoom]);
    return span;
  }

  Span segment(byte[] bytes) {
    count++;
    return layout == Layout.FILE_PER_SEGMENT
        ? ownFile(String.format(Locale.ROOT, "%s/%05d.m4s", id, count), bytes)
        : append(bytes);
  }

  /** Fills the room kept for the index. */
  Optional<Span> finish(List<Segment> segments, int timescale) {
    Optional<Span> index = Optional.empty();
    if (indexRoom > 0) {
      byte[] sidx = SegmentIndex.bytes(segments, timescale, indexRoom);
      write(ByteBuffer.wrap(sidx), indexAt);
      int size = (int) SegmentIndex.size(segments.size());
      index = Optional.of(new Span(fileName(), indexAt, size, false));
    }
    close();
    return index;
  }

  private String fileName() {
    return id + ".mp4";
  }

  private Span ownFile(String uri, byte[] bytes) {
    Path file = folder.resolve(uri);
    try {
      Files.createDirectories(folder.resolve(id));
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw failure(file, e);
    }
    return Span.file(uri, bytes.length);
  }

  private Span append(byte[] bytes) {
    write(ByteBuffer.wrap(bytes), end);
    Span span = new Span(fileName(), end, bytes.length, false);
    end += bytes.length;
    return span;
  }

  private void write(ByteBuffer bytes, long position) {
    Path file = folder.resolve(fileName());
    try {
      FileChannel open = channel;
      if (open == null) {
        open = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        channel = open;
      }
      long at = position;
      while (bytes.hasRemaining()) {
        at += open.write(bytes, at);
      }
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  @Override
  public void close() {
    FileChannel open = channel;
    channel = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException e) {
        throw failure(folder.resolve(fileName()), e);
      }
    }
  }

  private static FailureException failure(Path file, IOException e) {
    return new FailureException(Failures.ofWriting(file, e), e);
  }
}
