package dev.penstock.engine;

import dev.penstock.av.Libraries;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Outcome;
import dev.penstock.model.Plan;
import dev.penstock.model.Planning;
import dev.penstock.model.Report;
import dev.penstock.model.Stage;
import dev.penstock.model.Verification.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Results of jobs, found again by what they are made of: the bytes of the input, the plan and the
 * build. A result is stored when it has passed its verification, and given out when its files still
 * have their checksums.
 *
 * <pre>
 *   DIR/3f/3f09…/          a result, named after its key
 *     key                  what the key is the digest of, for people
 *     result               {@link CachedResult}; touched when it is given out
 *     00000, 00001 …       the files
 *   DIR/tmp-…              being written, or left by a crash
 * </pre>
 *
 * <p>Folders appear and go by being renamed, so several processes may use one cache.
 */
public final class ResultCache {
  private static final String KEY = "key";
  private static final String RESULT = "result";
  private static final String TEMPORARY = "tmp-";
  private static final Outcome CANCELLED = new Outcome.Cancelled(Optional.empty());
  private static final Duration LEFT_BEHIND = Duration.ofDays(1);

  /** What this process is writing is nobody's leftover, whatever the clock says. */
  private static final Set<Path> WRITING = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final OptionalLong most;
  private final String build;
  private final InstantSource clock;

  private ResultCache(Path folder, OptionalLong most, String build, InstantSource clock) {
    this.folder = folder;
    this.most = most;
    this.build = build;
    this.clock = clock;
  }

  /**
   * A cache in a folder, which is made where it is missing.
   *
   * @param most bytes it may hold; of what is more, the results that were not used for longest go
   * @param version of Penstock: another one makes other results
   * @throws FailureException when the folder cannot be written
   */
  public static ResultCache in(
      Path folder, OptionalLong most, String version, InstantSource clock) {
    try {
      Files.createDirectories(folder);
      return new ResultCache(folder, most, version + "\nnatives " + Libraries.identity(), clock);
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Diagnosis(
                  folder.toString(),
                  Stage.OPEN,
                  "cannot be used as a cache",
                  Failures.words(e),
                  "name a folder that can be written, or leave out --cache")),
          e);
    }
  }

  /** As {@link Engine#execute}, or from the cache. */
  public Outcome execute(
      Planning.Planned planned, Input input, Engine.Options options, Cancellation cancellation) {
    return execute(planned, input, options, cancellation, _ -> {});
  }

  /**
   * The same.
   *
   * @param finished as of {@link Engine#execute}
   */
  Outcome execute(
      Planning.Planned planned,
      Input input,
      Engine.Options options,
      Cancellation cancellation,
      Consumer<Path> finished) {
    Optional<String> refusal = Uncacheable.reason(input, planned.plan());
    if (refusal.isPresent()) {
      return Engine.execute(
          noting("its result is not cached: " + refusal.get(), planned),
          input,
          options,
          cancellation,
          finished);
    }
    Products.checkFree(planned.plan(), options.overwrite());
    String identity = input.identity();
    Optional<String> record = record(planned.plan(), input, cancellation);
    if (record.isEmpty()) {
      return CANCELLED;
    }
    Path entry = entry(record.get());
    Given given = give(entry, planned, input, options, cancellation);
    return switch (given) {
      case Given.Whole(Report report) -> new Outcome.Done(report);
      case Given.Interrupted _ -> CANCELLED;
      case Given.Nothing(List<String> notes) -> {
        Planning.Planned told = planned;
        for (String note : notes) {
          told = noting(note, told);
        }
        SeenSums seen = new SeenSums(planned.plan(), cancellation);
        Consumer<Path> complete = seen.andThen(finished);
        Outcome outcome = Engine.execute(told, input, options, cancellation, complete);
        // Another way than planned made what the plan would not have made.
        if (outcome instanceof Outcome.Done(Report report)
            && report.plan().equals(planned.plan())
            && report.verification().level() != Level.NONE
            && identity.equals(input.identity())) {
          store(entry, record.get(), report, seen, cancellation);
        }
        yield outcome;
      }
    };
  }

  /** What the cache has. */
  private sealed interface Given {
    record Whole(Report report) implements Given {}

    record Interrupted() implements Given {}

    /**
     * It has to be done.
     *
     * @param notes what the user should know
     */
    record Nothing(List<String> notes) implements Given {}
  }

  private static Planning.Planned noting(String note, Planning.Planned planned) {
    return planned.noting(note);
  }

  /** All that the result depends on; empty when it was interrupted. */
  private Optional<String> record(Plan plan, Input input, Cancellation cancellation) {
    return sum(input, cancellation)
        .map(sum ->
            String.join(
                "\n",
                "penstock result 1",
                "penstock " + build,
                // Of a hardware plan this names the model of the GPU and its driver.
                "input " + sum,
                "plan " + CachedResult.anonymous(plan),
                ""));
  }

  private static Optional<String> sum(Input input, Cancellation cancellation) {
    try {
      return Checksum.of(input.file(), cancellation);
    } catch (IOException e) {
      throw new FailureException(
          new Failure.BadInput(
              new Diagnosis(
                  input.info().source(),
                  Stage.OPEN,
                  "reading failed",
                  Failures.words(e),
                  "check that the file and its disk are still there and whole")),
          e);
    }
  }

  private Path entry(String record) {
    byte[] sum = Checksum.sha256().digest(record.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    String name = HexFormat.of().formatHex(sum);
    return folder.resolve(name.substring(0, 2)).resolve(name);
  }

  private Given give(
      Path entry,
      Planning.Planned planned,
      Input input,
      Engine.Options options,
      Cancellation cancellation) {
    if (!Files.isDirectory(entry)) {
      return new Given.Nothing(List.of());
    }
    long began = System.nanoTime();
    CachedResult result;
    try {
      result = CachedResult.read(entry.resolve(RESULT));
    } catch (IOException e) {
      return dropped(entry, Failures.words(e));
    }
    if (result.level().compareTo(options.verify()) < 0) {
      return new Given.Nothing(List.of("a cached result was verified less closely; it is redone"));
    }
    Plan plan = planned.plan();
    try (Products products =
        Products.beside(plan, options.overwrite(), "cache-" + UUID.randomUUID())) {
      Optional<String> wrong = copy(entry, result, plan, products, cancellation);
      if (cancellation.isCancelled()) {
        return new Given.Interrupted();
      }
      if (wrong.isPresent()) {
        return dropped(entry, wrong.get());
      }
      List<MediaInfo> facts = new ArrayList<>();
      for (CachedResult.Media media : result.outputs()) {
        String path = CachedResult.under(plan.target(), media.path());
        facts.add(Engine.facts(products.partial(path), Path.of(path), options, cancellation));
      }
      touch(entry);
      if (cancellation.isCancelled()) {
        return new Given.Interrupted();
      }
      products.publish();
      Duration taken = Duration.ofNanos(System.nanoTime() - began);
      return new Given.Whole(result.report(planned, input.info(), facts, taken));
    } catch (FailureException e) {
      if (cancellation.isCancelled()) {
        return new Given.Interrupted();
      }
      throw e;
    }
  }

  /** What is wrong with the files, if anything; of no meaning once cancelled. */
  private static Optional<String> copy(
      Path entry, CachedResult result, Plan plan, Products products, Cancellation cancellation) {
    for (int i = 0; i < result.files().size(); i++) {
      CachedResult.Stored file = result.files().get(i);
      Path to = products.partial(CachedResult.under(plan.target(), file.path()));
      Optional<String> sum;
      try {
        sum = Checksum.copy(entry.resolve(name(i)), to, cancellation);
      } catch (IOException e) {
        return Optional.of(Failures.words(e));
      }
      if (sum.isEmpty()) {
        return Optional.empty();
      }
      if (!sum.get().equals(file.sum())) {
        return Optional.of("the checksum of " + name(i) + " is not that of what was stored");
      }
    }
    return Optional.empty();
  }

  private static String name(int file) {
    return "%05d".formatted(file);
  }

  private Given dropped(Path entry, String why) {
    try {
      remove(entry);
    } catch (IOException _) {
      // Another process was first, or it stays and is found wrong again.
    }
    return new Given.Nothing(List.of("a cached result was damaged and is redone: " + why));
  }

  /** By renaming: nobody sees half of it. */
  private void remove(Path entry) throws IOException {
    Path away = temporary();
    Files.move(entry, away, StandardCopyOption.ATOMIC_MOVE);
    OutputFolder.delete(away);
  }

  private Path temporary() {
    return folder.resolve(TEMPORARY + UUID.randomUUID());
  }

  private void touch(Path entry) {
    try {
      Files.setLastModifiedTime(entry.resolve(RESULT), FileTime.from(clock.instant()));
    } catch (IOException _) {
      // It may go sooner than it should.
    }
  }

  /** A result that cannot be stored is a result all the same. */
  private void store(
      Path entry, String record, Report report, SeenSums seen, Cancellation cancellation) {
    Path part = temporary();
    WRITING.add(part);
    try {
      Files.createDirectories(part);
      List<CachedResult.Stored> files = copy(report.plan(), part, cancellation);
      if (cancellation.isCancelled() || !seen.agree(files)) {
        OutputFolder.delete(part);
        return;
      }
      Files.writeString(part.resolve(KEY), record);
      CachedResult.of(report, files, clock.instant()).write(part.resolve(RESULT));
      touch(part);
      Files.createDirectories(entry.getParent());
      if (Files.isDirectory(entry)) {
        remove(entry); // less closely verified
      }
      Files.move(part, entry, StandardCopyOption.ATOMIC_MOVE);
      evict();
    } catch (IOException | FailureException e) {
      try {
        OutputFolder.delete(part);
      } catch (IOException _) {
        // It is taken away when it is a day old.
      }
    } finally {
      WRITING.remove(part);
    }
  }

  /** Fewer files once cancelled. */
  private static List<CachedResult.Stored> copy(Plan plan, Path part, Cancellation cancellation)
      throws IOException {
    List<CachedResult.Stored> files = new ArrayList<>();
    for (String path : CachedResult.files(plan)) {
      Path from = Path.of(CachedResult.under(plan.target(), path));
      Checksum.copy(from, part.resolve(name(files.size())), cancellation)
          .ifPresent(sum -> files.add(new CachedResult.Stored(path, sum)));
    }
    return files;
  }

  /** One result in the cache. */
  private record Held(Path entry, FileTime used, long bytes) {}

  private void evict() throws IOException {
    clearTemporary();
    if (most.isEmpty()) {
      return;
    }
    List<Held> held = held();
    long all = held.stream().mapToLong(Held::bytes).sum();
    for (Held oldest : held) {
      if (all <= most.getAsLong()) {
        return;
      }
      remove(oldest.entry());
      all -= oldest.bytes();
    }
  }

  private void clearTemporary() throws IOException {
    FileTime limit = FileTime.from(clock.instant().minus(LEFT_BEHIND));
    for (Path path : list(folder)) {
      boolean temporary = path.getFileName().toString().startsWith(TEMPORARY);
      if (temporary
          && !WRITING.contains(path)
          && Files.getLastModifiedTime(path).compareTo(limit) < 0) {
        OutputFolder.delete(path);
      }
    }
  }

  /** Least recently used first. */
  private List<Held> held() throws IOException {
    List<Held> held = new ArrayList<>();
    for (Path group : list(folder)) {
      if (group.getFileName().toString().length() != 2) {
        continue;
      }
      for (Path entry : list(group)) {
        long bytes = 0;
        for (Path file : list(entry)) {
          bytes += Files.size(file);
        }
        Path result = entry.resolve(RESULT);
        if (Files.exists(result)) {
          held.add(new Held(entry, Files.getLastModifiedTime(result), bytes));
        }
      }
    }
    held.sort(Comparator.comparing(Held::used));
    return held;
  }

  private static List<Path> list(Path in) throws IOException {
    try (Stream<Path> files = Files.list(in)) {
      return files.toList();
    }
  }
}
