package dev.penstock.node.around;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import dev.penstock.model.Urgency;
import dev.penstock.node.JobEvent;
import dev.penstock.node.JobId;
import dev.penstock.node.JobRecord;
import dev.penstock.node.http.Roots;
import dev.penstock.node.http.SpecCheck;
import dev.penstock.node.journal.Journal;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A folder whose files become jobs: each that stays as it is for a while, once. What the kernel
 * tells of the folder is only a hint to look sooner: all of it is looked through every half minute,
 * as network file systems tell nothing.
 *
 * <p>All that changes belongs to one thread; others send it messages.
 */
public final class WatchFolder implements AutoCloseable {
  /**
   * What is done with the files of a folder.
   *
   * @param folder with its subfolders; symbolic links in it are passed over
   * @param patterns globs of file names, such as {@code *.mov}; one is enough
   * @param settle how long a file has to stay as it is before it counts as whole
   * @param job a job file; what it says of input and output does not count
   * @param out the output: {@code {name}}, {@code {stem}}, {@code {folder}} and {@code {date}} in
   *     it stand for the file's name, that without its extension, its folder within the watched
   *     one, and the day it was last written (UTC)
   */
  public record Settings(
      Path folder,
      List<String> patterns,
      Duration settle,
      Path job,
      Path out,
      String tenant,
      Urgency jobClass,
      int priority,
      Map<String, String> labels,
      Afterwards afterwards) {
    public Settings {
      patterns = List.copyOf(patterns);
      labels = Map.copyOf(labels);
    }
  }

  private static final Duration LOOK_THROUGH = Duration.ofSeconds(30);
  private static final Duration REFUSED_AGAIN = Duration.ofMinutes(1);
  private static final Duration SHORTEST_NAP = Duration.ofMillis(50);
  private static final Duration LONGEST_NAP = Duration.ofSeconds(1);
  private static final int MOST_WATCHES = 4096;
  private static final int MOST_TOLD = 1000;
  private static final Set<String> ENDS =
      Set.of("job.done", "job.failed", "job.cancelled", "job.quarantined");

  /** A file that is not submitted. */
  private record Candidate(Sighting last, Instant notBefore) {}

  private final Settings settings;
  private final Path folder;
  private final List<PathMatcher> matchers;
  private final Journal journal;
  private final WatchJob job;
  private final Submitted submitted;
  private final Afterwork afterwork;
  private final OpenFiles openFiles;
  private final InstantSource clock;
  private final Consumer<String> log;
  private final LinkedBlockingQueue<Runnable> mail = new LinkedBlockingQueue<>();
  private final Map<Path, Candidate> candidates = new HashMap<>();
  private final Map<JobId, Sighting> awaited = new HashMap<>();
  private final Set<Path> dirty = new HashSet<>();
  private final Set<String> told = new HashSet<>();
  private final Map<Path, WatchKey> watches = new HashMap<>();
  private final WatchService kernel;
  private final AutoCloseable events;
  private final Thread owner;
  private Instant lookThrough = Instant.MIN;
  private Instant lookAgain = Instant.MIN;

  private WatchFolder(
      Settings settings,
      Path folder,
      Journal journal,
      Path memory,
      SpecCheck specs,
      Roots roots,
      InstantSource clock,
      Consumer<String> log)
      throws IOException {
    this.settings = settings;
    this.folder = folder;
    this.matchers =
        settings.patterns().stream()
            .map(each -> FileSystems.getDefault().getPathMatcher("glob:" + each))
            .toList();
    this.journal = journal;
    this.job = new WatchJob(settings, specs, roots);
    this.submitted = Submitted.open(memory);
    this.afterwork = new Afterwork(folder, real(settings.afterwards(), settings.folder(), folder));
    this.openFiles = new OpenFiles(Path.of("/proc"));
    this.clock = clock;
    this.log = log;
    this.kernel = FileSystems.getDefault().newWatchService();
    this.events = journal.subscribe(this::heard);
    this.owner =
        Thread.ofPlatform().daemon().name("watch " + folder.getFileName()).unstarted(this::run);
  }

  /** Watches from now on; once. */
  void begin() {
    owner.start();
    var _ = Thread.ofVirtual().name("kernel " + folder.getFileName()).start(this::listen);
  }

  /**
   * Makes ready to watch; nothing is submitted before {@link #begin}.
   *
   * @param memory file that keeps what was submitted
   * @throws FailureException when the folder is none, the job is none, or its output could come
   *     back as an input
   */
  static WatchFolder open(
      Settings settings,
      Journal journal,
      Path memory,
      SpecCheck specs,
      Roots roots,
      InstantSource clock,
      Consumer<String> log) {
    try {
      Path folder = settings.folder().toRealPath();
      refuseCircles(settings, folder);
      new WatchJob(settings, specs, roots).check(folder);
      return new WatchFolder(settings, folder, journal, memory, specs, roots, clock, log);
    } catch (IOException e) {
      throw unusable(
          settings.folder(), "cannot be watched", e.toString(), "make it, or name another");
    } catch (IllegalArgumentException e) {
      throw unusable(
          settings.folder(),
          "has a pattern that is none",
          String.valueOf(e.getMessage()),
          "such as *.mov or *.{mov,mxf}");
    }
  }

  private static Afterwards real(Afterwards wish, Path named, Path folder) {
    return wish instanceof Afterwards.Move(Path to) && to.startsWith(named)
        ? new Afterwards.Move(folder.resolve(named.relativize(to)))
        : wish;
  }

  private static void refuseCircles(Settings settings, Path folder) {
    Path fixed = Path.of(settings.out().toString().replaceFirst("\\{.*", "x")).normalize();
    if (!settings.out().isAbsolute() || fixed.startsWith(folder)) {
      throw unusable(
          settings.out(),
          "cannot be where outputs go",
          settings.out().isAbsolute()
              ? "it is in the watched folder: outputs would become inputs"
              : "it is no full path",
          "name a folder elsewhere, such as /srv/out/{stem}.mp4");
    }
    if (settings.afterwards() instanceof Afterwards.Move(Path to) && !to.isAbsolute()) {
      throw unusable(to, "cannot be where files go", "it is no full path", "begin it with /");
    }
  }

  private static FailureException unusable(
      Path subject, String problem, String cause, String next) {
    return new FailureException(
        new Failure.HostMisconfigured(
            new Failure.Diagnosis(subject.toString(), Stage.OPEN, problem, cause, next)));
  }

  Settings settings() {
    return settings;
  }

  // ---- what others tell

  private void heard(JobEvent event) {
    if (ENDS.contains(event.kind()) && event.job().isPresent()) {
      mail.add(() -> ended(event.job().get()));
    }
  }

  private void listen() {
    try {
      while (true) {
        WatchKey key = kernel.take();
        List<?> _ = key.pollEvents();
        mail.add(() -> changed(key));
      }
    } catch (InterruptedException | ClosedWatchServiceException _) {
      // It is over.
    }
  }

  private void changed(WatchKey key) {
    Path where = (Path) key.watchable();
    dirty.add(where);
    if (!key.reset()) {
      watches.remove(where);
    }
  }

  // ---- the thread

  @SuppressWarnings("CatchThrowable") // of a file nobody foresaw: the others go on
  private void run() {
    while (true) {
      try {
        Runnable next = mail.poll(nap().toMillis(), TimeUnit.MILLISECONDS);
        if (next != null) {
          next.run();
        }
        tick();
      } catch (InterruptedException _) {
        return;
      } catch (FailureException e) {
        tell("", e.failure().diagnosis().line());
      } catch (RuntimeException e) {
        tell("", e.toString());
      }
    }
  }

  private Duration nap() {
    if (candidates.isEmpty() && dirty.isEmpty()) {
      return LONGEST_NAP;
    }
    Duration quarter = settings.settle().dividedBy(4);
    return quarter.compareTo(SHORTEST_NAP) < 0
        ? SHORTEST_NAP
        : quarter.compareTo(LONGEST_NAP) < 0 ? quarter : LONGEST_NAP;
  }

  private void tick() {
    Instant now = clock.instant();
    if (!now.isBefore(lookThrough)) {
      lookThrough = now.plus(LOOK_THROUGH);
      dirty.clear();
      look(folder, Integer.MAX_VALUE);
    }
    // Large folders take long to list: not for each of a thousand files that come.
    if (!dirty.isEmpty() && !now.isBefore(lookAgain)) {
      lookAgain = now.plus(nap());
      dirty.forEach(where -> look(where, 1));
      dirty.clear();
    }
    settle(now);
  }

  private void look(Path where, int depth) {
    try {
      Path _ = Files.walkFileTree(where, Set.of(), depth, new Visitor());
    } catch (IOException e) {
      tell(where.toString(), "cannot be read: " + e);
    }
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult preVisitDirectory(Path where, BasicFileAttributes found) {
      if (afterwork.isOwn(where) || (isHidden(where) && !where.equals(folder))) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      listenTo(where);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
      if (found.isRegularFile()) {
        seen(Sighting.of(file, found));
      } else if (found.isDirectory() && !watches.containsKey(file)) {
        // A folder that has just come, at the end of the depth.
        look(file, Integer.MAX_VALUE);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) {
      if (!(e instanceof java.nio.file.NoSuchFileException) || file.equals(folder)) {
        tell(file.toString(), "cannot be read: " + e);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(
        Path where, @org.jspecify.annotations.Nullable IOException e) {
      if (e != null) {
        tell(where.toString(), "cannot be read to its end: " + e);
      }
      return FileVisitResult.CONTINUE;
    }
  }

  private static boolean isHidden(Path path) {
    return path.getFileName().toString().startsWith(".");
  }

  private void listenTo(Path where) {
    if (watches.containsKey(where) || watches.size() >= MOST_WATCHES) {
      return;
    }
    try {
      watches.put(where, where.register(kernel, ENTRY_CREATE));
    } catch (IOException e) {
      tell("inotify", "of " + where + " nothing is told at once: " + e.getMessage());
    }
  }

  // ---- a file

  private void seen(Sighting file) {
    Path name = file.path().getFileName();
    if (isHidden(file.path()) || matchers.stream().noneMatch(each -> each.matches(name))) {
      return;
    }
    Optional<JobId> known = submitted.job(file.key());
    if (known.isPresent()) {
      await(known.get(), file);
      return;
    }
    Candidate before = candidates.get(file.path());
    if (before == null || !before.last().equals(file)) {
      candidates.put(file.path(), new Candidate(file, clock.instant().plus(settings.settle())));
    }
  }

  private void settle(Instant now) {
    List<Candidate> due =
        candidates.values().stream().filter(each -> !each.notBefore().isAfter(now)).toList();
    if (due.isEmpty()) {
      return;
    }
    Set<Object> open =
        openFiles.writtenNow(
            due.stream()
                .map(each -> each.last().path().getFileName().toString())
                .collect(Collectors.toSet()));
    for (Candidate each : due) {
      settle(each, open, now);
    }
  }

  private void settle(Candidate candidate, Set<Object> open, Instant now) {
    Path path = candidate.last().path();
    try {
      Optional<Sighting> current = Sighting.of(path);
      if (current.isEmpty()) {
        candidates.remove(path);
      } else if (!current.get().equals(candidate.last())) {
        candidates.put(path, new Candidate(current.get(), now.plus(settings.settle())));
      } else if (isOpen(current.get(), open)) {
        postpone(candidate, now.plus(settings.settle()));
      } else {
        submit(current.get());
        candidates.remove(path);
      }
    } catch (IOException e) {
      tell(path.toString(), "cannot be read: " + e);
      postpone(candidate, now.plus(REFUSED_AGAIN));
    } catch (FailureException e) {
      tell(path.toString(), "is not submitted: " + e.failure().diagnosis().line());
      postpone(candidate, now.plus(REFUSED_AGAIN));
    } catch (RuntimeException e) {
      // Nobody foresaw it; the other files go on.
      tell(path.toString(), "is not submitted: " + e);
      postpone(candidate, now.plus(REFUSED_AGAIN));
    }
  }

  private static boolean isOpen(Sighting file, Set<Object> open) {
    return open.stream().map(String::valueOf).anyMatch(file.identity()::equals);
  }

  private void postpone(Candidate candidate, Instant until) {
    candidates.put(candidate.last().path(), new Candidate(candidate.last(), until));
  }

  private void submit(Sighting file) {
    String key = file.key();
    // One that a daemon before submitted and did not live to note.
    Optional<JobId> known = journal.withKey(settings.tenant(), key);
    JobId id = known.orElseGet(() -> journal.submit(job.of(file, folder)).job().id());
    submitted.add(key, id);
    log.accept(file.path() + " is job " + id);
    await(id, file);
  }

  // ---- afterwards

  private void await(JobId id, Sighting file) {
    boolean isNew =
        !(settings.afterwards() instanceof Afterwards.Keep)
            && awaited.putIfAbsent(id, file) == null;
    if (isNew) {
      ended(id);
    }
  }

  /** Something ended; what was not waited for, or has not ended, changes nothing. */
  private void ended(JobId id) {
    Sighting file = awaited.get(id);
    if (file == null) {
      return;
    }
    Optional<JobRecord> ended = journal.find(id).filter(job -> job.state().isEnded());
    if (ended.isEmpty()) {
      return;
    }
    try {
      // Another file may have come by that name.
      boolean isThere = Sighting.of(file.path()).filter(file::equals).isPresent();
      if (!isThere || afterwork.of(file.path(), ended.get())) {
        awaited.remove(id);
      }
    } catch (IOException e) {
      // The next look through finds it again.
      awaited.remove(id);
      tell(file.path().toString(), "stays, though its job is over: " + e);
    }
  }

  /** Once. */
  private void tell(String subject, String what) {
    if (told.size() >= MOST_TOLD) {
      told.clear();
    }
    if (told.add(subject + " " + what)) {
      log.accept(("watched folder " + folder + ": " + subject + " " + what).replace(":  ", ": "));
    }
  }

  /** What was submitted goes on. */
  @Override
  public void close() {
    owner.interrupt();
    try {
      kernel.close();
      owner.join();
      events.close();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("a watch does not end", e);
    }
  }
}
