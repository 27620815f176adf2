package dev.penstock.cli;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Files that nobody reads half of. */
final class TextFile {
  private TextFile() {}

  /** Writes beside {@code file}, in UTF-8, and renames; what was there is replaced. */
  static void write(String text, Path file) throws IOException {
    Path target = file.toAbsolutePath();
    // Not createTempFile: its files are for the owner only, a report obeys the umask.
    Path part =
        target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.write(part, text.getBytes(StandardCharsets.UTF_8));
      try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
