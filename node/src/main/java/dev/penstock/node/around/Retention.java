package dev.penstock.node.around;

import dev.penstock.model.FailureException;
import dev.penstock.node.journal.Journal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Removes what is long over, and has no job begin while the disk of the data folder is nearly full.
 * One thread of its own.
 */
public final class Retention implements AutoCloseable {
  /**
   * How long things are kept.
   *
   * @param jobs that ended, with their events and receipts; outputs are never removed
   * @param crashes reports of workers that died
   * @param audit who changed what
   * @param floor bytes free in the data folder below which no job begins
   */
  public record Settings(Duration jobs, Duration crashes, Duration audit, long floor) {
    public static final Settings STANDARD =
        new Settings(Duration.ofDays(30), Duration.ofDays(30), Duration.ofDays(365), 1L << 28);
  }

  /** How much is free. */
  @FunctionalInterface
  interface Disk {
    /** Bytes that may be written below the folder. */
    long free(Path folder) throws IOException;
  }

  private static final Duration LOOK = Duration.ofSeconds(5);
  private static final Duration PRUNE = Duration.ofHours(1);
  private static final int AUDIT_AT_ONCE = 500;
  private static final int MOST_CRASHES = 500;
  private static final int MARGIN = 8;

  private final Journal journal;
  private final Path data;
  private final Disk disk;
  private final Consumer<Optional<String>> hold;
  private final InstantSource clock;
  private final Consumer<String> log;
  private final Semaphore woken = new Semaphore(0);
  private final Thread owner;
  private volatile Settings settings;
  private Instant prune = Instant.MIN;
  private boolean isHeld;
  private String told = "";

  /**
   * Looks at the disk, and at nothing else before {@link #begin}.
   *
   * @param hold told why no job may begin, and by nothing that jobs may again
   */
  Retention(
      Settings settings,
      Journal journal,
      Path data,
      Disk disk,
      Consumer<Optional<String>> hold,
      InstantSource clock,
      Consumer<String> log) {
    this.settings = settings;
    this.journal = journal;
    this.data = data;
    this.disk = disk;
    this.hold = hold;
    this.clock = clock;
    this.log = log;
    // Before any job begins.
    watchDisk();
    this.owner = Thread.ofPlatform().daemon().name("retention").unstarted(this::run);
  }

  /** Watches the disk and removes what is old from now on; once. */
  void begin() {
    owner.start();
  }

  /** The disk of a folder. */
  static long usable(Path folder) throws IOException {
    return Files.getFileStore(folder).getUsableSpace();
  }

  void change(Settings wanted) {
    settings = wanted;
    woken.release();
  }

  private void run() {
    try {
      while (true) {
        step();
        if (woken.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
          int _ = woken.drainPermits();
          prune = Instant.MIN;
        }
      }
    } catch (InterruptedException _) {
      // It is over.
    }
  }

  private void step() {
    try {
      watchDisk();
      Instant now = clock.instant();
      if (!now.isBefore(prune)) {
        prune = now.plus(PRUNE);
        prune(now);
      }
    } catch (FailureException e) {
      tell(e.failure().diagnosis().line());
    } catch (IOException | RuntimeException e) {
      tell(e.toString());
    }
  }

  /** Once for each kind of trouble in a row. */
  private void tell(String trouble) {
    if (!told.equals(trouble)) {
      told = trouble;
      log.accept("what is over cannot be removed: " + trouble);
    }
  }

  // ---- the disk

  private void watchDisk() {
    long floor = settings.floor();
    Optional<Long> free = free();
    if (free.isEmpty()) {
      return;
    }
    // A little more than the floor is wanted to begin again, so that it does not flap.
    boolean isShort = free.get() < (isHeld ? floor + floor / MARGIN : floor);
    if (isShort) {
      hold.accept(
          Optional.of(
              "the disk of "
                  + data
                  + " has "
                  + mebibytes(free.get())
                  + " left, and below "
                  + mebibytes(floor)
                  + " no job begins"));
    } else if (isHeld) {
      hold.accept(Optional.empty());
    }
    if (isShort != isHeld) {
      isHeld = isShort;
      log.accept(
          "the disk of "
              + data
              + (isShort ? " is nearly full: no job begins, " : " has room again, ")
              + mebibytes(free.get())
              + " left");
    }
  }

  private Optional<Long> free() {
    try {
      return Optional.of(disk.free(data));
    } catch (IOException e) {
      // What is not known holds nothing up; writing says what is wrong.
      tell(e.toString());
      return Optional.empty();
    }
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }

  // ---- what is over

  private void prune(Instant now) throws IOException {
    Settings kept = settings;
    int jobs = journal.prune(now.minus(kept.jobs()));
    int deeds = audit(now.minus(kept.audit()));
    int crashes = crashes(now.minus(kept.crashes()));
    if (jobs + deeds + crashes > 0) {
      log.accept(
          "removed what is over: "
              + jobs
              + " jobs, "
              + deeds
              + " lines of the audit log, "
              + crashes
              + " crash reports");
    }
  }

  private int audit(Instant before) {
    int all = 0;
    int some;
    do {
      some = journal.audit().prune(before, AUDIT_AT_ONCE);
      all += some;
    } while (some == AUDIT_AT_ONCE);
    return all;
  }

  private record Report(Path path, FileTime written) {}

  /** Those that are old, and of a worker that dies over and over the older ones. */
  private int crashes(Instant before) throws IOException {
    List<Report> reports = reports(data.resolve("crashes"));
    int removed = 0;
    for (int i = 0; i < reports.size(); i++) {
      Report each = reports.get(i);
      if ((i >= MOST_CRASHES || each.written().toInstant().isBefore(before))
          && Files.deleteIfExists(each.path())) {
        removed++;
      }
    }
    return removed;
  }

  /** The newest first. */
  private static List<Report> reports(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(each -> Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS))
          .flatMap(each -> report(each).stream())
          .sorted(Comparator.comparing(Report::written).reversed())
          .toList();
    } catch (NoSuchFileException _) {
      return List.of();
    }
  }

  private static Optional<Report> report(Path file) {
    try {
      return Optional.of(new Report(file, Files.getLastModifiedTime(file)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    owner.interrupt();
    try {
      owner.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
