package dev.penstock.cli;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * The file of {@code --report}: its place is taken before the work begins, so that a folder that
 * cannot be written is known then; it appears under its name when it is complete.
 */
final class ReportTarget implements AutoCloseable {
  private static final int MAX_NAME_PART = 40;

  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private final boolean overwrite;

  private ReportTarget(Path target, Path part, FileChannel channel, boolean overwrite) {
    this.target = target;
    this.part = part;
    this.channel = channel;
    this.overwrite = overwrite;
  }

  /**
   * Takes the place.
   *
   * @throws UsageException when something is there that is not to be replaced
   * @throws FailureException when the folder cannot be written
   */
  static ReportTarget open(Path target, boolean overwrite) {
    check(target, overwrite);
    String name = target.getFileName().toString();
    int end =
        name.offsetByCodePoints(0, Math.min(name.codePointCount(0, name.length()), MAX_NAME_PART));
    // Not createTempFile: its files are for the owner only, a report obeys the umask.
    Path part =
        target
            .toAbsolutePath()
            .resolveSibling("." + name.substring(0, end) + "." + UUID.randomUUID() + ".part");
    try {
      FileChannel channel =
          FileChannel.open(part, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      return new ReportTarget(target, part, channel, overwrite);
    } catch (IOException e) {
      throw new FailureException(failure(target, Stage.OPEN, e), e);
    }
  }

  private static void check(Path target, boolean overwrite) {
    Path folder = folder(target);
    if (!Files.isDirectory(folder)) {
      throw refused(folder + " is not a folder", "create it, or name another");
    }
    if (Files.isDirectory(target)) {
      throw refused(target + " is a folder", "name a file in it");
    }
    boolean exists = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    if (exists && !Files.isRegularFile(target, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(
          target + " is a link, a pipe or a device, which would be replaced", "name a file");
    }
    if (exists && !overwrite) {
      throw refused(
          target + " exists already", "give --overwrite to replace it, or choose another name");
    }
  }

  private static UsageException refused(String problem, String next) {
    return new UsageException("--report", problem, next);
  }

  static Path folder(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  /**
   * Writes the report and gives it its name.
   *
   * @throws FailureException when it cannot be written
   */
  void write(Report report) {
    try {
      ByteBuffer text = ByteBuffer.wrap(Json.file(report));
      while (text.hasRemaining()) {
        channel.write(text);
      }
      channel.force(true);
      if (!overwrite && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        throw new FileSystemException(target.toString(), null, "File exists");
      }
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FailureException(failure(target, Stage.FINISH, e), e);
    }
  }

  /** What a failure to take the place, or to write the report in the end, is told as. */
  static Failure failure(Path target, Stage stage, IOException e) {
    String said = words(e);
    boolean full =
        said.contains("No space left")
            || said.contains("quota exceeded")
            || said.contains("File too large");
    Diagnosis diagnosis =
        new Diagnosis(
            target.toString(),
            stage,
            stage == Stage.OPEN
                ? "the report cannot be written there; nothing was tried"
                : "the report could not be written; the output is complete",
            said,
            full
                ? "free some space, or write it elsewhere"
                : "give this user the right to write there, or write it elsewhere");
    return full ? new Failure.OutOfResource(diagnosis) : new Failure.HostMisconfigured(diagnosis);
  }

  /** Java leaves the commonest reasons to the names of its exceptions. */
  static String words(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }

  /** Leaves nothing but the report, if there is one. */
  @Override
  public void close() {
    try (channel) {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      throw new FailureException(failure(target, Stage.FINISH, e), e);
    }
  }
}
