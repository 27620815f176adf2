package dev.penstock.node.log;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A file that is begun anew when it is full: {@code penstock.log}, before it {@code
 * penstock.log.1}, and so on. One thread at a time.
 */
final class LogFile implements AutoCloseable {
  private final Path file;
  private final long most;
  private final int kept;
  private OutputStream out;
  private long written;

  /**
   * Appends to it.
   *
   * @param most bytes
   * @param kept files beside it
   * @throws FailureException when it cannot be written
   */
  LogFile(Path file, long most, int kept) {
    this.file = file;
    this.most = most;
    this.kept = kept;
    try {
      this.out = open();
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Failure.Diagnosis(
                  file.toString(),
                  Stage.OPEN,
                  "cannot be written",
                  e.toString(),
                  "check its folder, or name another file with log.file")),
          e);
    }
  }

  private OutputStream open() throws IOException {
    if (!Files.exists(file)) {
      Path _ =
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
    }
    written = Files.size(file);
    return Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /** Appends a line. */
  void write(String line) throws IOException {
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    if (written > 0 && written + bytes.length > most) {
      rotate();
    }
    out.write(bytes);
    written += bytes.length;
  }

  private void rotate() throws IOException {
    out.close();
    if (!Files.exists(file)) {
      // Somebody took it away: there is nothing to be kept.
      out = open();
      return;
    }
    for (int i = kept - 1; i >= 1; i--) {
      if (Files.exists(old(i))) {
        Path _ = Files.move(old(i), old(i + 1), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    if (kept > 0) {
      Path _ = Files.move(file, old(1), StandardCopyOption.REPLACE_EXISTING);
    } else {
      Files.delete(file);
    }
    out = open();
  }

  private Path old(int number) {
    return file.resolveSibling(file.getFileName() + "." + number);
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
