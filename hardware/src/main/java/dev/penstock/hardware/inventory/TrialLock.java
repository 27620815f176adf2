package dev.penstock.hardware.inventory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Keeps processes from trying GPUs at the same time. */
final class TrialLock implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(100);

  private final FileChannel file;
  private final @Nullable FileLock lock;

  private TrialLock(FileChannel file, @Nullable FileLock lock) {
    this.file = file;
    this.lock = lock;
  }

  /**
   * Waits for who has it.
   *
   * @param end as {@link System#nanoTime} counts
   */
  static TrialLock take(Path folder, long end) throws IOException {
    Files.createDirectories(folder);
    FileChannel file =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = tried(file);
      while (lock == null && System.nanoTime() < end) {
        LockSupport.parkNanos(LOOK.toNanos());
        lock = tried(file);
      }
      return new TrialLock(file, lock);
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static @Nullable FileLock tried(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException _) {
      return null;
    }
  }

  /** False when the time was over. */
  boolean isOurs() {
    return lock != null;
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
