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
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Trials, kept by what they depend on: the devices, their driver and the build; see {@link
 * Fingerprint}. What failed is kept for planning and tried again by whoever tries, as what was
 * wrong may be mended. A trial that never came back leaves a mark, also when the machine went down
 * with it; one that was merely interrupted does not count.
 */
public final class TrialStore {
  private static final String HUNG = "hung";
  private static final String PROVED = ".json";
  private static final String FAILED = ".failed";
  private static final String BEGAN = ".began";
  private static final Duration FAILURES_HOLD = Duration.ofHours(1);

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
    this.boot = boot;
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
      case BEGAN ->
          Files.readString(file).equals(boot)
              ? Optional.empty()
              : Optional.of(new Answer.Lacking(Why.HUNG, "in an earlier run"));
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

  /** The mark of a trial that never came back; empty where there is none. */
  public Optional<Path> unended(String key) {
    Path mark = mark(key);
    try {
      return Files.isReadable(mark) && !Files.readString(mark).equals(boot)
          ? Optional.of(mark)
          : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Marks that one begins. */
  public void begin(String key) {
    try {
      Files.createDirectories(folder);
      Files.writeString(mark(key), boot);
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
            Files.writeString(mark(key), HUNG);
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

  private Path mark(String key) {
    return folder.resolve(key + BEGAN);
  }
}
