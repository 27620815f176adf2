package dev.penstock.hardware.trial;

import dev.penstock.hardware.Answer;
import dev.penstock.model.Reading.Why;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Results of trials, kept by what they depend on: the devices, their driver and the build. A trial
 * that began and never ended leaves a mark, also when the machine went down with it.
 */
public final class TrialStore {
  private final Path folder;

  /**
   * @param folder is made when something is kept
   */
  public TrialStore(Path folder) {
    this.folder = folder;
  }

  /** What a trial depends on, as a name. */
  public static String key(String encoder, List<String> facts) {
    try {
      byte[] sum =
          MessageDigest.getInstance("SHA-256")
              .digest(String.join("\n", facts).getBytes(StandardCharsets.UTF_8));
      return encoder + "-" + HexFormat.of().formatHex(sum, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
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

  /** The mark of a trial that began and did not end; empty where there is none. */
  public Optional<Path> unended(String key) {
    return Optional.of(mark(key)).filter(Files::exists);
  }

  /** Marks that one begins. */
  public void begin(String key) {
    try {
      Files.createDirectories(folder);
      Files.writeString(mark(key), "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** One ended, with an answer or without. What hung keeps its mark. */
  public void end(String key, Answer answer) {
    try {
      switch (answer) {
        case Answer.Given(String json, Duration _) -> {
          Path part = folder.resolve(key + "." + ProcessHandle.current().pid());
          Files.writeString(part, json);
          Files.move(part, folder.resolve(key + ".json"), StandardCopyOption.ATOMIC_MOVE);
          Files.deleteIfExists(mark(key));
        }
        case Answer.Lacking lacking when lacking.why() != Why.HUNG ->
            Files.deleteIfExists(mark(key));
        case Answer.Lacking _ -> {}
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path mark(String key) {
    return folder.resolve(key + ".began");
  }
}
