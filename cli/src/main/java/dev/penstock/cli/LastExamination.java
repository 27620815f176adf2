package dev.penstock.cli;

import dev.penstock.hardware.FactsJson;
import dev.penstock.hardware.check.Examination;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/** What the doctor found last on this machine, kept where the user's programs keep their state. */
record LastExamination(Instant at, Examination examination) {
  private static Optional<Path> file(Map<String, String> environment) {
    return Folders.state(environment).map(folder -> folder.resolve("doctor.json"));
  }

  /** The last one; empty where there is none that this version understands. */
  static Optional<LastExamination> find() {
    return file(System.getenv()).filter(Files::isReadable).flatMap(LastExamination::read);
  }

  private static Optional<LastExamination> read(Path file) {
    try {
      return Optional.of(FactsJson.read(Files.readString(file), LastExamination.class));
    } catch (IOException | JacksonException e) {
      // Of another version, or torn: there is nothing to compare with, as on the first run.
      return Optional.empty();
    }
  }

  /**
   * Keeps one for the next time.
   *
   * @return why it could not be
   */
  static Optional<String> keep(Examination examination, Instant at) {
    Optional<Path> file = file(System.getenv());
    if (file.isEmpty()) {
      return Optional.empty();
    }
    try {
      Files.createDirectories(file.get().getParent());
      TextFile.write(FactsJson.line(new LastExamination(at, examination)), file.get());
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          "what was found is not kept for comparison: "
              + file.get()
              + " cannot be written: "
              + ReportTarget.words(e));
    }
  }
}
