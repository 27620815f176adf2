package dev.penstock.hardware.health;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A log file from its last part on, followed when it grows and when it is rotated. */
final class FileLines implements LogLines {
  /** What is older than the last part is of no use, and may be much. */
  private static final long LAST_PART = 32L << 20;

  private static final int LONGEST_LINE = 1 << 16;
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Path path;
  private RandomAccessFile file;
  private @Nullable Object key;
  private final byte[] buffer = new byte[1 << 16];
  private int at;
  private int filled;
  private final java.io.ByteArrayOutputStream begun = new java.io.ByteArrayOutputStream();
  private boolean inside;

  private FileLines(Path path, RandomAccessFile file) throws IOException {
    this.path = path;
    this.file = file;
    this.key = key();
  }

  static FileLines open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      FileLines lines = new FileLines(path, file);
      // A pipe has no length, and is read as it comes.
      boolean regular = Files.isRegularFile(path);
      long skipped = regular ? Math.max(0, file.length() - LAST_PART) : 0;
      if (regular) {
        file.seek(skipped);
      }
      lines.inside = skipped > 0;
      return lines;
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  private @Nullable Object key() throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  @Override
  public Optional<String> next(Duration wait) throws IOException {
    Optional<String> line = line();
    if (line.isPresent() || wait.isZero()) {
      return line;
    }
    LockSupport.parkNanos(Math.min(wait.toNanos(), LOOK.toNanos()));
    reopenIfReplaced();
    return line();
  }

  private Optional<String> line() throws IOException {
    while (true) {
      if (at == filled) {
        filled = Math.max(0, file.read(buffer));
        at = 0;
        if (filled == 0) {
          return Optional.empty();
        }
      }
      byte next = buffer[at++];
      if (next == '\n') {
        String line = begun.toString(StandardCharsets.UTF_8);
        begun.reset();
        if (!inside) {
          return Optional.of(line);
        }
        inside = false;
      } else if (begun.size() < LONGEST_LINE) {
        begun.write(next);
      }
    }
  }

  /** logrotate moves the file away, or cuts it to nothing. */
  private void reopenIfReplaced() throws IOException {
    if (!Files.exists(path)) {
      return;
    }
    if (!Objects.equals(key, key())) {
      RandomAccessFile newer = new RandomAccessFile(path.toFile(), "r");
      file.close();
      file = newer;
      key = key();
      begun.reset();
    } else if (file.length() < file.getFilePointer()) {
      file.seek(0);
      begun.reset();
    }
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException _) {
      // It was only read.
    }
  }
}
