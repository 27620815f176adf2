package dev.penstock.engine;

import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
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
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of outputs, written beside its final name and renamed when all of it is there. One that
 * is there already is replaced only if it is empty, or if a run of ours made it and the user says
 * so: {@link #MARK} tells which files are ours, and a folder with others in it is left alone. That
 * is asked when the work begins and again when it is done, as others may write there meanwhile. A
 * link is followed, and stays.
 */
final class OutputFolder implements Products {
  /** Lists the files of a folder that Penstock wrote. */
  static final String MARK = ".penstock";

  private final Path named;
  private final Path target;
  private final String run;
  private final boolean overwrite;
  private final Swap.Exchange exchange;
  private final Path partial;
  private boolean published;

  private OutputFolder(
      Path named, Path target, boolean overwrite, String run, Swap.Exchange exchange) {
    this.named = named;
    this.target = target;
    this.run = run;
    this.overwrite = overwrite;
    this.exchange = exchange;
    this.partial = partial(target, run);
  }

  static OutputFolder beside(Path folder, boolean overwrite, String run) {
    return beside(folder, overwrite, run, Swap::swap);
  }

  static OutputFolder beside(Path folder, boolean overwrite, String run, Swap.Exchange exchange) {
    checkFree(folder, overwrite);
    try {
      Path target = followed(folder);
      OutputFolder output = new OutputFolder(folder, target, overwrite, run, exchange);
      delete(output.partial);
      Files.createDirectories(output.partial);
      return output;
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  /** Fails when something is there that must not be replaced. */
  static void checkFree(Path folder, boolean overwrite) {
    try {
      checkFree(folder, followed(folder), overwrite);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  private static Path followed(Path folder) throws IOException {
    return OutputFile.followed(absolute(folder));
  }

  private static Path absolute(Path folder) {
    return folder.toAbsolutePath().normalize();
  }

  /**
   * The same of a folder that links led to.
   *
   * @param named as the user knows it
   */
  private static void checkFree(Path named, Path folder, boolean overwrite) throws IOException {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    checkOurs(named, folder);
    if (!overwrite && !isEmpty(folder)) {
      throw refused(
          named,
          "holds a ladder already",
          "an existing one is never touched unless you say so",
          "name another folder, or add --overwrite");
    }
  }

  private static void checkOurs(Path named, Path folder) throws IOException {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      throw refused(named, "is not a folder", "a ladder is several files", "name a folder");
    }
    List<String> others = others(folder);
    if (!others.isEmpty()) {
      throw refused(
          named,
          "holds files that are not of a ladder",
          others.getFirst() + " would be lost",
          "name another folder");
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
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public Path partial(String path) {
    Path file = partial.resolve(absolute(named).relativize(absolute(Path.of(path))));
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
      Durable.allNames(partial);
      delete(replaced(target, run));
      replace();
      Durable.names(Objects.requireNonNull(target.getParent(), "a folder of outputs is in one"));
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(named, e), e);
    }
  }

  /** At no moment is there neither the old folder nor the new one, if the file system can. */
  private void replace() throws IOException {
    checkFree(named, target, overwrite);
    if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS) || isEmpty(target)) {
      moveIn();
    } else if (exchange.swap(partial, target)) {
      published = true;
      takeAway();
    } else {
      moveTwice();
    }
  }

  /** A folder may take the name of an empty one, and of nothing else that is there. */
  private void moveIn() throws IOException {
    try {
      Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE);
      published = true;
    } catch (FileSystemException e) {
      checkFree(named, target, overwrite);
      throw e;
    }
  }

  /** Deletes what was swapped out, unless somebody wrote into it at the last moment. */
  private void takeAway() throws IOException {
    try {
      checkOurs(named, partial);
    } catch (IOException | RuntimeException e) {
      swapBack();
      throw e;
    }
    delete(partial);
  }

  private void swapBack() throws IOException {
    if (exchange.swap(partial, target)) {
      published = false;
    } else {
      Files.move(partial, target.resolveSibling(target.getFileName() + ".before-" + run));
    }
  }

  private void moveTwice() throws IOException {
    Path replaced = replaced(target, run);
    Files.move(target, replaced, StandardCopyOption.ATOMIC_MOVE);
    try {
      checkOurs(named, replaced);
      moveIn();
    } catch (IOException | RuntimeException e) {
      try {
        Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException again) {
        e.addSuppressed(again);
      }
      throw e;
    }
    delete(replaced);
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
    try {
      Path target = followed(folder);
      Path replaced = replaced(target, run);
      if (Files.exists(target, LinkOption.NOFOLLOW_LINKS) || !Files.exists(replaced)) {
        return false;
      }
      Files.move(replaced, target, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  /** Deletes what a run that was killed after it published left beside the folder. */
  static void tidy(Path folder, String run) throws IOException {
    Path target = followed(folder);
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
