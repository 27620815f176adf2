package dev.penstock.engine;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Optional;

/**
 * The file being written: beside its final name until {@link #publish}, gone after {@link #close}
 * if that never came.
 */
final class OutputFile implements AutoCloseable {
  private static final int MAX_NAME_PART = 40;

  /** As in Linux. */
  private static final int MOST_LINKS = 40;

  private final Path target;
  private final Path partial;
  private final boolean overwrite;
  private boolean published;

  private OutputFile(Path target, Path partial, boolean overwrite) {
    this.target = target;
    this.partial = partial;
    this.overwrite = overwrite;
  }

  /** Reserves a name in the target's folder. Fails when the target exists or cannot be written. */
  static OutputFile beside(Path target, boolean overwrite) {
    return beside(target, overwrite, Leftovers.run(Optional.empty()));
  }

  /**
   * The same for a run that others may follow: what one that was killed left behind is written over
   * by the next.
   *
   * @param run the same for all runs that follow each other, and for no other
   */
  static OutputFile beside(Path target, boolean overwrite, String run) {
    checkFree(target, overwrite);
    Path absolute = target.toAbsolutePath();
    try {
      Path file = followed(absolute);
      Path folder = Objects.requireNonNull(file.getParent(), "a file is in a folder");
      Path partial = partialName(file, folder, run);
      Files.deleteIfExists(partial);
      return new OutputFile(file, Files.createFile(partial), overwrite);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /**
   * Fails when the target is a folder, exists and is not to be replaced, or is nothing that a file
   * may replace.
   */
  static void checkFree(Path target, boolean overwrite) {
    Path absolute = target.toAbsolutePath();
    if (Files.isDirectory(absolute)) {
      throw refused(
          target,
          "is a folder",
          "OUT must name a file",
          "add a file name with the extension of the format you want");
    }
    if (!overwrite && Files.exists(absolute, LinkOption.NOFOLLOW_LINKS)) {
      throw exists(target);
    }
    if (Files.exists(absolute) && !Files.isRegularFile(absolute)) {
      throw refused(
          target,
          "is no regular file",
          "a pipe, a device or a socket would be replaced, not written to",
          "name a file");
    }
  }

  /**
   * A link is followed: what it leads to is replaced, or made, on the disk where that is, and the
   * link stays.
   */
  static Path followed(Path path) throws IOException {
    Path file = path;
    for (int i = 0; Files.isSymbolicLink(file); i++) {
      if (i == MOST_LINKS) {
        throw new FileSystemException(path.toString(), null, "Too many levels of symbolic links");
      }
      file = file.resolveSibling(Files.readSymbolicLink(file));
    }
    return Files.exists(file) ? file.toRealPath() : file;
  }

  /** Hidden, unlike any other run's, and short enough for any file system. */
  private static Path partialName(Path target, Path folder, String run) {
    return folder.resolve(partialName(target, run) + ".part");
  }

  /** The same without its ending. */
  static String partialName(Path target, String run) {
    String name = target.getFileName().toString();
    int end =
        name.offsetByCodePoints(0, Math.min(name.codePointCount(0, name.length()), MAX_NAME_PART));
    String start = name.substring(0, end);
    return "." + start + "." + run;
  }

  Path partial() {
    return partial;
  }

  /** Deletes what a run that was killed after it published left beside the file. */
  static void tidy(Path target, String run) throws IOException {
    Path file = followed(target.toAbsolutePath());
    Path folder = Objects.requireNonNull(file.getParent(), "a file is in a folder");
    Files.deleteIfExists(partialName(file, folder, run));
  }

  /** Makes the bytes durable, and gives the file its name, durably too. */
  void publish() {
    try {
      try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      if (overwrite) {
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      } else {
        linkOrMove();
      }
      published = true;
      Durable.names(Objects.requireNonNull(target.getParent(), "a file is in a folder"));
    } catch (FileAlreadyExistsException e) {
      throw exists(target);
    } catch (IOException e) {
      throw cannotWrite(target, e);
    }
  }

  /**
   * Gives the file a plain name beside its own, which it does not get: what is wrong can be seen.
   */
  Path keep() {
    Path kept = Evidence.beside(target);
    try {
      Files.move(partial, kept);
      published = true;
      return kept;
    } catch (IOException e) {
      throw cannotWrite(kept, e);
    }
  }

  /** A hard link fails when somebody else made the target meanwhile; a rename would replace it. */
  private void linkOrMove() throws IOException {
    try {
      Files.createLink(target, partial);
    } catch (UnsupportedOperationException | AccessDeniedException _) {
      Files.move(partial, target);
      return;
    } catch (FileAlreadyExistsException e) {
      throw e;
    } catch (IOException _) {
      // A file system without hard links.
      Files.move(partial, target);
      return;
    }
    Files.delete(partial);
  }

  @Override
  public void close() {
    if (!published) {
      try {
        Files.deleteIfExists(partial);
      } catch (IOException e) {
        throw cannotWrite(partial, e);
      }
    }
  }

  private static FailureException exists(Path target) {
    return refused(
        target,
        "exists already",
        "an existing file is never touched unless you say so",
        "give --overwrite to replace it, or choose another name");
  }

  private static FailureException refused(Path target, String problem, String cause, String next) {
    return new FailureException(
        new Failure.BadRequest(new Diagnosis(target.toString(), Stage.OPEN, problem, cause, next)));
  }

  private static FailureException cannotWrite(Path target, IOException e) {
    return new FailureException(Failures.ofWriting(target, e), e);
  }
}
