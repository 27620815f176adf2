package dev.penstock.hardware.trial;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.FactsJson;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Trials, kept by what they depend on: the devices, their driver and the build; see {@link
 * Fingerprint}. What failed is kept for planning and tried again by whoever tries, as what was
 * wrong may be mended. A trial that never came back leaves a mark, also when the machine went down
 * with it; one that was merely interrupted does not count. A mark holds for a while, twice as long
 * each time: what hung may have been another program's doing, and is mended now.
 */
public final class TrialStore {
  private static final String HUNG = "hung";
  private static final String PROVED = ".json";
  private static final String FAILED = ".failed";
  private static final String BEGAN = ".began";
  private static final Duration FAILURES_HOLD = Duration.ofHours(1);
  private static final Duration FIRST_PAUSE = Duration.ofMinutes(15);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(24);
  private static final int MOST_DOUBLINGS = 7;

  /**
   * A trial that never came back.
   *
   * @param mark its file; without it the trial is made again at once
   * @param times in a row
   * @param next when it is made again
   */
  public record Unended(Path mark, int times, Instant next) {
    /** In words. */
    public String line() {
      return (times == 1 ? "in an earlier run" : times + " times in a row")
          + "; it is tried again after "
          + next.truncatedTo(ChronoUnit.SECONDS);
    }
  }

  /**
   * What is written in a mark.
   *
   * @param who the run of the machine in which it began, or that it hung
   * @param times that it did not come back, this one with them
   */
  private record Mark(String who, int times) {
    static Mark parse(String text) {
      String[] words = text.strip().split("\n", 2);
      boolean isCounted = words.length == 2 && words[1].matches("[0-9]{1,6}");
      return new Mark(words[0], isCounted ? Integer.parseInt(words[1]) : 1);
    }

    /** How often it had not come back when it begins again; being interrupted does not count. */
    int before(String boot) {
      return who.equals(boot) ? times - 1 : times;
    }

    boolean hung() {
      return who.equals(HUNG);
    }

    /** What took the whole machine down is not tried again soon. */
    Duration pause() {
      Duration pause = FIRST_PAUSE.multipliedBy(1L << Math.min(times - 1, MOST_DOUBLINGS));
      return hung() && pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE;
    }

    @Override
    public String toString() {
      return who + "\n" + times;
    }
  }

  private final Path folder;
  private final String boot;
  private final InstantSource clock;

  /**
   * @param folder is made when something is kept
   * @param boot the identity of this run of the machine, as in {@code
   *     /proc/sys/kernel/random/boot_id}
   */
  public TrialStore(Path folder, String boot) {
    this(folder, boot, InstantSource.system());
  }

  TrialStore(Path folder, String boot, InstantSource clock) {
    this.folder = folder;
    this.boot = boot.strip();
    this.clock = clock;
  }

  /** That of this run of this machine. */
  public static TrialStore in(Path folder) {
    try {
      return new TrialStore(folder, Files.readString(Path.of("/proc/sys/kernel/random/boot_id")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * What a trial is kept as.
   *
   * @param wish the trial, in a word
   * @param fingerprint of all it depends on
   */
  public static String key(String wish, String fingerprint) {
    return wish + "-" + fingerprint;
  }

  /**
   * All that is known of trials that depend on the same: those that succeeded, those that failed
   * within the last hour, since what was wrong may have been mended, and those that never came
   * back.
   *
   * @return by their wishes
   */
  public Map<String, Answer> kept(String fingerprint) {
    Map<String, Answer> kept = new TreeMap<>();
    try (Stream<Path> all = Files.isDirectory(folder) ? Files.list(folder) : Stream.empty()) {
      for (Path file : all.sorted().toList()) {
        String name = String.valueOf(file.getFileName());
        int end = name.indexOf("-" + fingerprint + ".");
        if (end > 0) {
          String ending = name.substring(name.lastIndexOf('.'));
          kept(file, ending).ifPresent(answer -> kept.put(name.substring(0, end), answer));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return kept;
  }

  private Optional<Answer> kept(Path file, String ending) throws IOException {
    return switch (ending) {
      case PROVED -> Optional.of(new Answer.Given(Files.readString(file), Duration.ZERO));
      case FAILED ->
          Files.getLastModifiedTime(file).toInstant().isAfter(clock.instant().minus(FAILURES_HOLD))
              ? Optional.of(new Answer.Given(Files.readString(file), Duration.ZERO))
              : Optional.empty();
      case BEGAN -> unended(file).map(unended -> new Answer.Lacking(Why.HUNG, unended.line()));
      default -> Optional.empty();
    };
  }

  /** The answer that was kept. */
  public Optional<Answer.Given> find(String key) {
    Path file = folder.resolve(key + PROVED);
    try {
      return Files.isReadable(file)
          ? Optional.of(new Answer.Given(Files.readString(file), Duration.ZERO))
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A trial that never came back and is not to be made again yet; empty where there is none. */
  public Optional<Unended> unended(String key) {
    try {
      Path mark = mark(key);
      return Files.isReadable(mark) ? unended(mark) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Unended> unended(Path file) throws IOException {
    Mark mark = Mark.parse(Files.readString(file));
    Instant next = Files.getLastModifiedTime(file).toInstant().plus(mark.pause());
    return mark.who().equals(boot) || !clock.instant().isBefore(next)
        ? Optional.empty()
        : Optional.of(new Unended(file, mark.times(), next));
  }

  /** Marks that one begins. */
  public void begin(String key) {
    try {
      Files.createDirectories(folder);
      int before = marked(key).map(mark -> mark.before(boot)).orElse(0);
      Files.writeString(mark(key), new Mark(boot, before + 1).toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One ended, with an answer or without. What hung keeps a mark. */
  public void end(String key, Answer answer) {
    try {
      switch (answer) {
        case Answer.Given(String json, Duration _) -> {
          Trial trial = FactsJson.read(json, Trial.class);
          if (trial.proved()) {
            Files.deleteIfExists(folder.resolve(key + FAILED));
          }
          // A link is measured anew each time: it may be worse than it was.
          if (trial.link().isEmpty()) {
            keep(key + (trial.proved() ? PROVED : FAILED), json);
          }
          Files.deleteIfExists(mark(key));
        }
        case Answer.Lacking lacking when lacking.why() == Why.HUNG ->
            Files.writeString(
                mark(key), new Mark(HUNG, marked(key).map(Mark::times).orElse(1)).toString());
        case Answer.Lacking _ -> Files.deleteIfExists(mark(key));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void keep(String name, String json) throws IOException {
    Path part = folder.resolve(name + "." + ProcessHandle.current().pid());
    Files.writeString(part, json);
    Files.move(part, folder.resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private Optional<Mark> marked(String key) throws IOException {
    Path file = mark(key);
    return Files.isReadable(file)
        ? Optional.of(Mark.parse(Files.readString(file)))
        : Optional.empty();
  }

  private Path mark(String key) {
    return folder.resolve(key + BEGAN);
  }
}
