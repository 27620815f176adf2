package dev.penstock.engine;

import dev.penstock.av.Spool;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import java.util.zip.CheckedOutputStream;

/**
 * Where the spools of a job lie until its outputs are made of them. It is found again by its name,
 * which follows from the output's, and belongs to one run at a time.
 *
 * <pre>
 *   .film.mp4.penstock/
 *     lock            held while a run works here
 *     job             what the spools are of; others are thrown away
 *     published       what was about to get the output's name, by its number in the file system
 *     segment-00012   a finished spool
 *     segment-00012-track-0-from-312   one track of it again, for another fullness of the buffer
 *     segment-00012-track-0-at-900000   the same, for so many bits a second
 *     analysis-00012  how many bits it took at constant quality
 *     analysis-00012-track-0.stats   what the encoder noted of it then
 *     analysis-00012.sums   checksums of these notes
 *     segment-00013.part   one being written, or left by a crash
 * </pre>
 */
final class WorkFolder implements AutoCloseable {
  private static final String LOCK = "lock";
  private static final int MOST_TRIES = 100;
  private static final String JOB = "job";
  private static final String PUBLISHED = "published";
  private static final String UNFINISHED = ".part";
  private static final Pattern FINISHED =
      Pattern.compile("segment-\\d+(-track-\\d+-(from|at)-\\d+)?|analysis-\\d+|rest|whole");
  private static final Pattern SEGMENT = Pattern.compile("segment-\\d+");
  private static final String SUMS = ".sums";
  private static final Pattern NOTES =
      Pattern.compile("analysis-\\d+(-track-\\d+\\.stats(\\..+)?|\\.sums)");

  private final Path folder;
  private final String job;
  private final FolderLock lock;
  private boolean done;

  private WorkFolder(Path folder, String job, FolderLock lock) {
    this.folder = folder;
    this.job = job;
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
      FolderLock lock = lock(folder);
      try {
        WorkFolder work = new WorkFolder(folder, job, lock);
        work.prepare();
        return work;
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  /** The run before may take the folder away with its lock while this one is about to take it. */
  private static FolderLock lock(Path folder) throws IOException {
    for (int i = 0; i < MOST_TRIES; i++) {
      Files.createDirectories(folder);
      try {
        return FolderLock.take(folder.resolve(LOCK)).orElseThrow(() -> busy(folder));
      } catch (NoSuchFileException _) {
        // Once more, with a new one.
      }
    }
    throw busy(folder);
  }

  /** Deletes further things of a run. */
  interface Tidying {
    void run() throws IOException;
  }

  /**
   * Removes what is left of a run that was killed when its output had its name already. What is
   * left of any other run stays.
   */
  static void tidy(Path folder, Path output, Tidying beside) {
    if (!Files.isDirectory(folder) || !wasPublished(folder, output)) {
      return;
    }
    try {
      Optional<FolderLock> lock = FolderLock.take(folder.resolve(LOCK));
      if (lock.isPresent()) {
        tidy(folder, lock.get(), beside);
      }
    } catch (IOException | FailureException _) {
      // It is about to be refused for a better reason.
    }
  }

  /** Removes spools that nobody goes on from: the job is done otherwise from here on. */
  static void giveUp(Path folder) {
    if (!Files.isDirectory(folder)) {
      return;
    }
    try {
      Optional<FolderLock> lock = FolderLock.take(folder.resolve(LOCK));
      if (lock.isPresent()) {
        tidy(folder, lock.get(), () -> {});
      }
    } catch (IOException | FailureException _) {
      // It stays, and the job is none the worse for it.
    }
  }

  private static void tidy(Path folder, FolderLock lock, Tidying beside) throws IOException {
    try (lock) {
      beside.run();
      WorkFolder work = new WorkFolder(folder, "", lock);
      work.done();
      work.close();
    }
  }

  private static boolean wasPublished(Path folder, Path output) {
    try (Stream<Path> all = Files.list(folder)) {
      return Files.exists(folder.resolve(PUBLISHED))
          ? Files.readString(folder.resolve(PUBLISHED)).equals(key(output))
          : all.allMatch(file -> file.getFileName().toString().equals(LOCK));
    } catch (IOException _) {
      return false;
    }
  }

  private static String key(Path file) throws IOException {
    return String.valueOf(Files.readAttributes(file, BasicFileAttributes.class).fileKey());
  }

  /** Notes that the output is about to get its name. */
  void publishing(Path written) {
    try {
      write(PUBLISHED, key(written));
    } catch (IOException e) {
      throw new FailureException(Failures.ofWriting(folder, e), e);
    }
  }

  private void write(String name, String text) throws IOException {
    Path part = folder.resolve(name + UNFINISHED);
    Files.writeString(part, text);
    Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
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

  private void prepare() throws IOException {
    Files.deleteIfExists(folder.resolve(PUBLISHED));
    if (!job.equals(written())) {
      clear();
      write(JOB, job);
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

  /** Last go what the spools are of, and what says that they may go: it may be killed meanwhile. */
  private void clear() throws IOException {
    for (Path file : files()) {
      if (!file.endsWith(JOB) && !file.endsWith(PUBLISHED)) {
        Files.delete(file);
      }
    }
    Files.deleteIfExists(folder.resolve(JOB));
    Files.deleteIfExists(folder.resolve(PUBLISHED));
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

  /** How many segments are finished there, of whatever job. */
  static int segments(Path folder) {
    if (!Files.isDirectory(folder)) {
      return 0;
    }
    try (Stream<Path> all = Files.list(folder)) {
      return (int)
          all.filter(file -> SEGMENT.matcher(file.getFileName().toString()).matches()).count();
    } catch (IOException _) {
      return 0; // who cannot look takes none of them
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
    return whole.equals(JOB)
        || whole.equals(PUBLISHED)
        || FINISHED.matcher(whole).matches()
        || NOTES.matcher(whole).matches();
  }

  /** Whether a spool is there, whole, and of this name and job. One that is not is taken away. */
  boolean has(String name) {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      return false;
    }
    if (isGood(file, name)) {
      return true;
    }
    remove(file);
    return false;
  }

  private boolean isGood(Path file, String name) {
    try (Spool spool = Spool.open(file)) {
      return spool.owner().equals(owner(name)) && hasNotes(name);
    } catch (IOException torn) {
      return false;
    }
  }

  /** What a spool has to say of itself, so that none is taken for another. */
  String owner(String name) {
    return name + " of " + job;
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

  /**
   * Makes the notes of a segment last, and says what they are, before the spool that needs them.
   */
  void keepNotes(int segment) throws IOException {
    String analysis = "analysis-%05d".formatted(segment);
    for (Path file : notesOf(analysis)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
    write(analysis + SUMS, sums(analysis));
  }

  /** An analysis is worth nothing without what the encoder noted then. */
  private boolean hasNotes(String name) throws IOException {
    return !name.startsWith("analysis-")
        || Files.readString(folder.resolve(name + SUMS)).equals(sums(name));
  }

  private List<Path> notesOf(String analysis) throws IOException {
    return files().stream()
        .filter(file -> file.getFileName().toString().startsWith(analysis + "-track-"))
        .sorted()
        .toList();
  }

  private String sums(String analysis) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (Path file : notesOf(analysis)) {
      CheckedOutputStream summed =
          new CheckedOutputStream(OutputStream.nullOutputStream(), new CRC32C());
      Files.copy(file, summed);
      sums.append(file.getFileName()).append(' ').append(summed.getChecksum().getValue());
      sums.append('\n');
    }
    return sums.toString();
  }

  /** Nothing here is needed any more: the outputs are made, or will be made otherwise. */
  void done() {
    done = true;
  }

  @Override
  public void close() {
    try (lock) {
      if (done || !holdsSpools(folder)) {
        clear();
        Files.delete(folder.resolve(LOCK));
        removeIfEmpty();
      }
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
    try {
      Files.deleteIfExists(folder);
    } catch (DirectoryNotEmptyException _) {
      // The next run works in it already.
    }
  }
}
