package dev.penstock.hardware.trial;

import dev.penstock.hardware.Answer;
import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.Sha256;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Trials that succeeded, kept by what they depend on: the devices, their driver and the build. What
 * failed is tried again, as what was wrong may be mended. A trial that never came back leaves a
 * mark, also when the machine went down with it; one that was merely interrupted does not count.
 */
public final class TrialStore {
  private static final String HUNG = "hung";

  private final Path folder;
  private final String boot;

  /**
   * @param folder is made when something is kept
   * @param boot the identity of this run of the machine, as in {@code
   *     /proc/sys/kernel/random/boot_id}
   */
  public TrialStore(Path folder, String boot) {
    this.folder = folder;
    this.boot = boot;
  }

  /** What a trial depends on, as a name. */
  public static String key(String encoder, List<String> facts) {
    return encoder + "-" + Sha256.of(String.join("\n", facts)).substring(0, 24);
  }

  /** The answer that was kept. */
  public Optional<Answer.Given> find(String key) {
    Path file = folder.resolve(key + ".json");
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
          if (FactsJson.read(json, Trial.class).proved()) {
            Path part = folder.resolve(key + "." + ProcessHandle.current().pid());
            Files.writeString(part, json);
            Files.move(part, folder.resolve(key + ".json"), StandardCopyOption.ATOMIC_MOVE);
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

  private Path mark(String key) {
    return folder.resolve(key + ".began");
  }
}
