package dev.penstock.engine;

import dev.penstock.av.AvException;
import dev.penstock.av.Demuxer;
import dev.penstock.av.Interrupt;
import dev.penstock.av.Location;
import dev.penstock.av.LogScope;
import dev.penstock.model.Device;
import dev.penstock.model.Failure;
import dev.penstock.model.Failure.Diagnosis;
import dev.penstock.model.FailureException;
import dev.penstock.model.FrameIndex;
import dev.penstock.model.JobSpec;
import dev.penstock.model.LadderSpec;
import dev.penstock.model.MediaInfo;
import dev.penstock.model.Stage;
import dev.penstock.planner.Cutting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An open input and its facts. Opened once: what probing read is read again by the engine, so that
 * a pipe works like a file. Belongs to one thread at a time.
 */
public final class Input implements AutoCloseable {
  /**
   * How to read.
   *
   * @param timeout bound on each open and each read
   * @param log receives libav's log lines of level info and worse, from any thread
   */
  public record Options(Duration timeout, Consumer<String> log) {}

  private final Demuxer demuxer;
  private final Interrupt interrupt;
  private final LogScope log;
  private final Cancellation cancellation;
  private final MediaInfo info;
  private boolean abandoned;

  private Input(
      Demuxer demuxer,
      Interrupt interrupt,
      LogScope log,
      Cancellation cancellation,
      MediaInfo info) {
    this.demuxer = demuxer;
    this.interrupt = interrupt;
    this.log = log;
    this.cancellation = cancellation;
    this.info = info;
  }

  /**
   * Opens a path, a URL or {@code -} and reads its facts.
   *
   * @throws FailureException when it cannot be read as media
   */
  public static Input open(String source, Options options, Cancellation cancellation) {
    requireReadable(source);
    LogScope log = LogScope.to(options.log());
    Interrupt interrupt = Interrupt.of(cancellation::isCancelled, options.timeout());
    Stage stage = Stage.OPEN;
    try {
      Demuxer demuxer = Demuxer.open(Location.of(source), interrupt, log);
      try {
        stage = Stage.PROBE;
        MediaInfo info = new Prober(demuxer, log).facts();
        requireTracks(info);
        return new Input(demuxer, interrupt, log, cancellation, info);
      } catch (RuntimeException e) {
        demuxer.close();
        throw e;
      }
    } catch (AvException e) {
      FailureException failure =
          new FailureException(Failures.ofReading(source, stage, e, interrupt), e);
      interrupt.close();
      throw failure;
    } catch (RuntimeException e) {
      interrupt.close();
      throw e;
    }
  }

  private static void requireReadable(String source) {
    Path path = path(source);
    if (Files.isDirectory(path)) {
      throw bad(source, "is a folder", "an input is one file or URL", "name a file in it");
    }
    if (isEmptyFile(path)) {
      throw bad(
          source, "is empty", "whatever made it stopped before the first byte", "get it again");
    }
  }

  private static Path path(String source) {
    try {
      return Path.of(withoutScheme(source));
    } catch (InvalidPathException e) {
      throw bad(
          source,
          "is not a file name here",
          e.getReason(),
          "set LC_ALL to a UTF-8 locale, such as C.UTF-8");
    }
  }

  private static boolean isEmptyFile(Path path) {
    try {
      return Files.isRegularFile(path) && Files.size(path) == 0;
    } catch (IOException unreadable) {
      return false;
    }
  }

  private static String withoutScheme(String source) {
    return source.startsWith("file://") ? source.substring("file://".length()) : source;
  }

  private static void requireTracks(MediaInfo info) {
    if (info.tracks().isEmpty()) {
      throw bad(
          info.source(),
          "has no tracks",
          "it is empty or cut off before its first track",
          "get the file again");
    }
  }

  private static FailureException bad(String source, String problem, String cause, String next) {
    return new FailureException(
        new Failure.BadInput(new Diagnosis(source, Stage.OPEN, problem, cause, next)));
  }

  /** The facts of the container, its tracks and their first frames. */
  public MediaInfo info() {
    return info;
  }

  /**
   * The facts that planning {@code spec} needs: {@link #info}, and loudness where it is to be
   * changed, which means reading all of its sound once.
   *
   * @throws FailureException when it cannot be read
   */
  public MediaInfo infoFor(JobSpec spec) {
    boolean silent =
        spec.audio().target().filter(JobSpec.AudioTarget.None.class::isInstance).isPresent();
    if (spec.audio().loudness().isEmpty() || info.audio().isEmpty() || silent) {
      return info;
    }
    return new LoudnessMeter(interrupt, log, cancellation).measured(info, spec);
  }

  /**
   * Reads all of the input once more and tells when its pictures are shown, where planning {@code
   * spec} needs it.
   *
   * @param gpus of the machine that is planned for
   * @throws FailureException when it cannot be read
   */
  public Optional<FrameIndex> indexFor(JobSpec spec, List<Device> gpus) {
    return Cutting.wantsIndex(spec, info, gpus) ? Optional.of(index()) : Optional.empty();
  }

  /** The same without GPUs. */
  public Optional<FrameIndex> indexFor(JobSpec spec) {
    return indexFor(spec, List.of());
  }

  /** The same for a ladder. */
  public Optional<FrameIndex> indexFor(LadderSpec spec, List<Device> gpus) {
    return Cutting.wantsIndex(spec, info, gpus) ? Optional.of(index()) : Optional.empty();
  }

  /** The same without GPUs. */
  public Optional<FrameIndex> indexFor(LadderSpec spec) {
    return indexFor(spec, List.of());
  }

  private FrameIndex index() {
    int track = info.video().getFirst().index();
    try (Input again = reopened()) {
      return new Indexer(again, track, cancellation).index();
    }
  }

  /** The same input, opened a second time; the caller closes it. */
  Input reopened() {
    Interrupt again = Interrupt.of(cancellation::isCancelled, interrupt.timeout());
    try {
      Demuxer second = Demuxer.open(Location.of(info.source()), again, log);
      return new Input(second, again, log, cancellation, info);
    } catch (AvException e) {
      FailureException failure =
          new FailureException(Failures.ofReading(info.source(), Stage.OPEN, e, again), e);
      again.close();
      throw failure;
    }
  }

  /** Whether it is one file, of which all can be read at any time. */
  boolean isFile() {
    return !info.source().equals("-") && Files.isRegularFile(file());
  }

  /** Where it lies, if it {@link #isFile}. */
  Path file() {
    return path(info.source());
  }

  /** What tells this state of the input from another, without reading it. */
  String identity() {
    Path file = path(info.source());
    try {
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      return file.toRealPath()
          + ": "
          + facts.size()
          + " bytes, changed "
          + facts.lastModifiedTime();
    } catch (IOException _) {
      return info.source(); // a pipe or a URL: nothing else is known of it
    }
  }

  Demuxer demuxer() {
    return demuxer;
  }

  Interrupt interrupt() {
    return interrupt;
  }

  LogScope log() {
    return log;
  }

  /** Leaves everything open on {@link #close}: a thread hangs in it and may yet come back. */
  void abandon() {
    abandoned = true;
  }

  boolean isAbandoned() {
    return abandoned;
  }

  @Override
  public void close() {
    if (abandoned) {
      return;
    }
    demuxer.close();
    interrupt.close();
  }
}
