package dev.penstock.engine;

import dev.penstock.av.Spool;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where the spools of a job lie until its outputs are made of them. It is found again by its name,
 * which follows from the output's, and belongs to one run at a time.
 *
 * <pre>
 *   .film.mp4.penstock/
 *     lock            held while a run works here
 *     job             what the spools are of; others are thrown away
 *     segment-00012   a finished spool
 *     segment-00012-track-0-from-312   one track of it again, for another fullness of the buffer
 *     analysis-00012  how many bits it took at constant quality
 *     analysis-00012-track-0.stats   what the encoder noted of it then
 *     segment-00013.part   one being written, or left by a crash
 * </pre>
 */
final class WorkFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final String JOB = "job";
  private static final String UNFINISHED = ".part";
  private static final Pattern FINISHED =
      Pattern.compile("segment-\\d+(-track-\\d+-from-\\d+)?|analysis-\\d+|rest|whole");
  private static final Pattern NOTES = Pattern.compile("analysis-\\d+-track-\\d+\\.stats(\\..+)?");

  private final Path folder;
  private final FileChannel lockFile;
  private final FileLock lock;
  private boolean done;

  private WorkFolder(Path folder, FileChannel lockFile, FileLock lock) {
    this.folder = folder;
    this.lockFile = lockFile;
    this.lock = lock;
  }

  /** The usual place: beside the output, hidden. */
  static Path beside(Path output) {
    Path absolute = output.toAbsolutePath();
    return absolute.resolveSibling("." + absolute.getFileName() + ".penstock");
  }

  /**
   * Opens the folder, makes it where it is missing, and empties it unless what lies in it is of the
   * same job.
   *
   * @param job identifies the job: its input, plan and build
   */
  static WorkFolder open(Path folder, String job) {
    try {
      Files.createDirectories(folder);
      FileChannel file =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(file);
      if (lock == null) {
        file.close();
        throw busy(folder);
      }
      WorkFolder work = new WorkFolder(folder, file, lock);
      work.prepare(job);
      return work;
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException _) {
      return null; // this very process holds it
    }
  }

  private static FailureException busy(Path folder) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Diagnosis(
                folder.toString(),
                Stage.OPEN,
                "another run works in it",
                "two runs of one job would spoil each other's segments",
                "wait for the other, or name another folder with --work")));
  }

  private void prepare(String job) throws IOException {
    if (!job.equals(written())) {
      clear();
      Path part = folder.resolve(JOB + UNFINISHED);
      Files.writeString(part, job);
      Files.move(part, folder.resolve(JOB), StandardCopyOption.ATOMIC_MOVE);
    }
    for (Path file : files()) {
      if (file.getFileName().toString().endsWith(UNFINISHED)) {
        Files.delete(file);
      }
    }
  }

  private String written() throws IOException {
    try {
      return new String(Files.readAllBytes(folder.resolve(JOB)), StandardCharsets.UTF_8);
    } catch (NoSuchFileException _) {
      return "";
    }
  }

  private void clear() throws IOException {
    for (Path file : files()) {
      Files.delete(file);
    }
  }

  /** Whether finished spools lie there, from whatever job. */
  static boolean holdsSpools(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.anyMatch(file -> FINISHED.matcher(file.getFileName().toString()).matches());
    } catch (IOException _) {
      return false; // who cannot look cannot go on from there either
    }
  }

  /** Everything of ours in it, the lock excepted. */
  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(file -> isOurs(file.getFileName().toString())).toList();
    }
  }

  /** A folder given with --work may hold other things. */
  private static boolean isOurs(String name) {
    String whole =
        name.endsWith(UNFINISHED) ? name.substring(0, name.length() - UNFINISHED.length()) : name;
    return whole.equals(JOB) || FINISHED.matcher(whole).matches() || NOTES.matcher(name).matches();
  }

  /** Whether a spool is there and whole. One that is not is taken away. */
  boolean has(String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return false;
    }
    try (Spool _ = Spool.open(file)) {
      return true;
    } catch (IOException torn) {
      remove(file);
      return false;
    }
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(file, e), e);
    }
  }

  /** Where a spool is written, until {@link #finish} gives it its name. */
  Path unfinished(String name) {
    return folder.resolve(name + UNFINISHED);
  }

  void finish(String name) {
    try {
      Files.move(unfinished(name), folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder.resolve(name), e), e);
    }
  }

  Path finished(String name) {
    return folder.resolve(name);
  }

  /** Where an encoder notes what it learns of a track of a segment, for the encoding of it. */
  Path notes(int segment, int slot) {
    return folder.resolve("analysis-%05d-track-%d.stats".formatted(segment, slot));
  }

  /** Makes the notes of a segment last: the spool that comes after says that they are there. */
  void keepNotes(int segment) throws IOException {
    String prefix = "analysis-%05d-track-".formatted(segment);
    for (Path file : files()) {
      if (file.getFileName().toString().startsWith(prefix)) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.force(true);
        }
      }
    }
  }

  /** Nothing here is needed any more: the outputs are made, or will be made otherwise. */
  void done() {
    done = true;
  }

  @Override
  public void close() {
    try (lockFile) {
      if (done || !holdsSpools(folder)) {
        clear();
        Files.delete(folder.resolve(LOCK));
        removeIfEmpty();
      }
      lock.release();
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  private void removeIfEmpty() throws IOException {
    try (Stream<Path> rest = Files.list(folder)) {
      if (rest.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(folder);
  }
}
