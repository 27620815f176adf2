package dev.penstock.engine;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other runs out of a folder by a locked file in it. Who holds it may delete the file before
 * it is closed: a lock of a deleted file, which another run could not see, is never handed out.
 */
final class FolderLock implements AutoCloseable {
  private final Path file;
  private final @Nullable Object key;
  private final FileChannel channel;

  private FolderLock(Path file, @Nullable Object key, FileChannel channel) {
    this.file = file;
    this.key = key;
    this.channel = channel;
  }

  /**
   * Makes the file where it is missing, and locks it without waiting.
   *
   * @return empty when another run holds it
   * @throws NoSuchFileException when the file went away meanwhile; worth another try
   */
  static Optional<FolderLock> take(Path file) throws IOException {
    FolderLock lock = open(file);
    return lock.hold() ? Optional.of(lock) : Optional.empty();
  }

  /** Not locked yet. What it is is asked before: an open channel cannot tell. */
  static FolderLock open(Path file) throws IOException {
    try {
      Files.createFile(file);
    } catch (FileAlreadyExistsException _) {
      // As it is after a run that was killed, or while another works.
    }
    return new FolderLock(file, key(file), FileChannel.open(file, StandardOpenOption.WRITE));
  }

  private static @Nullable Object key(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
  }

  /** Whether it is held now; closed if not. */
  boolean hold() throws IOException {
    boolean held = false;
    try {
      if (tryLock() == null) {
        return false;
      }
      if (!Objects.equals(key(file), key)) {
        throw new NoSuchFileException(file.toString());
      }
      held = true;
      return true;
    } finally {
      if (!held) {
        close();
      }
    }
  }

  private @Nullable FileLock tryLock() throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // this very process holds it
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
