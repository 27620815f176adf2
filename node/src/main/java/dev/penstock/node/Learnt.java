package dev.penstock.node;

import dev.penstock.node.journal.Settings;
import dev.penstock.planner.admission.Corrections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is known of how much work takes: what the daemon learns stays in its journal, what was
 * measured on purpose in a file that it reads when it starts. The newer of both counts.
 *
 * @param settings of the journal
 * @param measured the file; there may be none
 */
public record Learnt(Settings settings, Optional<Path> measured) implements LocalMachine.Memory {
  /** The setting. */
  static final String NAME = "corrections";

  /** The file, in the folder of the daemon. */
  public static final String FILE = "capacity.json";

  private static final JsonMapper JSON = JsonMapper.shared();

  /** What was measured, and when. */
  public record Measured(Instant at, Corrections corrections) {}

  @Override
  public Corrections load() {
    Optional<Settings.Setting> kept = settings.find(NAME);
    Corrections learnt =
        kept.flatMap(setting -> parsed(setting.value(), Corrections.class))
            .orElse(Corrections.NONE);
    Instant when = kept.map(Settings.Setting::changed).orElse(Instant.EPOCH);
    return measured
        .flatMap(Learnt::read)
        .map(file ->
            file.at().isAfter(when)
                ? learnt.with(file.corrections())
                : file.corrections().with(learnt))
        .orElse(learnt);
  }

  @Override
  public void save(Corrections corrections) {
    settings.put(NAME, JSON.writeValueAsString(corrections), "penstock");
  }

  /** What a file has; empty where there is none that can be read. */
  public static Optional<Measured> read(Path file) {
    try {
      return parsed(Files.readString(file), Measured.class);
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /** Writes the file anew, all of it or nothing. */
  public static void write(Path file, Measured measured) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    Path beside = Files.createTempFile(file.toAbsolutePath().getParent(), "capacity", ".tmp");
    try {
      Files.writeString(beside, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(measured));
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** What cannot be understood is as good as nothing: it is learnt again. */
  private static <T> Optional<T> parsed(String text, Class<T> type) {
    try {
      return Optional.ofNullable(JSON.readValue(text, type));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
