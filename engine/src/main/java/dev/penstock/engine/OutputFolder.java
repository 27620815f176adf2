package dev.penstock.engine;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of outputs, written beside its final name and renamed when all of it is there. One that
 * is there already is replaced only if it is empty, or if a run of ours made it and the user says
 * so: {@link #MARK} tells which files are ours, and a folder with others in it is left alone.
 */
final class OutputFolder implements Products {
  /** Lists the files of a folder that Penstock wrote. */
  static final String MARK = ".penstock";

  private final Path target;
  private final Path partial;
  private final Path replaced;
  private boolean published;

  private OutputFolder(Path target, Path partial, Path replaced) {
    this.target = target;
    this.partial = partial;
    this.replaced = replaced;
  }

  static OutputFolder beside(Path folder, boolean overwrite, String run) {
    checkFree(folder, overwrite);
    Path target = folder.toAbsolutePath().normalize();
    Path partial = partial(target, run);
    Path replaced = replaced(target, run);
    try {
      delete(partial);
      Files.createDirectories(partial);
      return new OutputFolder(target, partial, replaced);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  /** Fails when something is there that must not be replaced. */
  static void checkFree(Path folder, boolean overwrite) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw refused(folder, "is not a folder", "a ladder is several files", "name a folder");
    }
    try {
      List<String> others = others(folder);
      if (!others.isEmpty()) {
        throw refused(
            folder,
            "holds files that are not of a ladder",
            others.getFirst() + " would be lost",
            "name another folder");
      }
      if (!overwrite && !isEmpty(folder)) {
        throw refused(
            folder,
            "holds a ladder already",
            "an existing one is never touched unless you say so",
            "name another folder, or add --overwrite");
      }
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  private static FailureException refused(Path folder, String problem, String cause, String next) {
    return new FailureException(
        new Failure.BadRequest(new Diagnosis(folder.toString(), Stage.OPEN, problem, cause, next)));
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Files in it that the mark does not list. */
  private static List<String> others(Path folder) throws IOException {
    Path mark = folder.resolve(MARK);
    List<String> ours = new ArrayList<>(Files.exists(mark) ? Files.readAllLines(mark) : List.of());
    ours.add(MARK);
    return files(folder).stream().filter(name -> !ours.contains(name)).toList();
  }

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> !Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> folder.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public Path partial(String path) {
    Path file = partial.resolve(target.relativize(Path.of(path).toAbsolutePath().normalize()));
    try {
      Files.createDirectories(file.getParent());
      return file;
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
  }

  @Override
  public void publish() {
    try {
      Files.write(partial.resolve(MARK), files(partial));
      for (String file : files(partial)) {
        try (FileChannel channel =
            FileChannel.open(partial.resolve(file), StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
      delete(replaced);
      replace();
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(target, e), e);
    }
  }

  /** At no moment is there neither the old folder nor the new one, if the file system can. */
  private void replace() throws IOException {
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      published = true;
    } else if (Swap.swap(partial, target)) {
      published = true;
      delete(partial);
    } else {
      Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      published = true;
      delete(replaced);
    }
  }

  @Override
  public Path written() {
    return partial;
  }

  /**
   * Puts back what a run that was killed had moved out of the way, where it came no further.
   *
   * @return whether there was something
   */
  static boolean restore(Path folder, String run) {
    Path target = folder.toAbsolutePath().normalize();
    Path replaced = replaced(target, run);
    if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) || !Files.exists(replaced)) {
      return false;
    }
    try {
      Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(target, e), e);
    }
  }

  /** Deletes what a run that was killed after it published left beside the folder. */
  static void tidy(Path folder, String run) throws IOException {
    Path target = folder.toAbsolutePath().normalize();
    delete(partial(target, run));
    delete(replaced(target, run));
  }

  private static Path partial(Path target, String run) {
    return target.resolveSibling("." + target.getFileName() + "." + run + ".part");
  }

  private static Path replaced(Path target, String run) {
    return target.resolveSibling("." + target.getFileName() + "." + run + ".old");
  }

  @Override
  public Path keep() {
    Path kept = Evidence.beside(target);
    try {
      Files.move(partial, kept, StandardCopyOption.ATOMIC_MOVE);
      published = true;
      return kept;
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(kept, e), e);
    }
  }

  @Override
  public void close() {
    if (!published) {
      try {
        delete(partial);
      } catch (IOException e) {
        throw new FailureException(Failures.ofWriting(partial, e), e);
      }
    }
  }

  /** Removes a folder with all that is in it, if it is there. */
  static void delete(Path folder) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes facts)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failed)
              throws IOException {
            if (failed != null) {
              throw failed;
            }
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
