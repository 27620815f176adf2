package dev.penstock.node;

import dev.penstock.node.journal.Settings;
import dev.penstock.planner.admission.Corrections;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
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

  private static final Logger LOG = Logger.getLogger(Learnt.class.getName());
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
      Optional<Measured> found = parsed(Files.readString(file), Measured.class);
      if (found.isEmpty()) {
        LOG.log(Level.WARNING, "{0} is left out: it cannot be understood", file);
      }
      return found;
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException e) {
      LOG.log(Level.WARNING, "{0} is left out, as it cannot be read: {1}", new Object[] {file, e});
      return Optional.empty();
    }
  }

  /** Writes the file anew, all of it or nothing. */
  public static void write(Path file, Measured measured) throws IOException {
    Path folder = Objects.requireNonNull(file.toAbsolutePath().getParent());
    Path _ = Files.createDirectories(folder);
    Path beside = Files.createTempFile(folder, "capacity", ".tmp");
    try {
      Files.writeString(beside, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(measured));
      belongTo(beside, folder);
      Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(beside);
    }
  }

  /** Made by root for a daemon of another user, it has to be that one's. */
  private static void belongTo(Path made, Path folder) {
    try {
      Path _ = Files.setOwner(made, Files.getOwner(folder));
    } catch (IOException _) {
      // Only root may give files away, and need to.
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
