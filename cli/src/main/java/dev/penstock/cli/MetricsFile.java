package dev.penstock.cli;

import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file of {@code --prometheus}, replaced as a whole, so that nobody reads half of it. */
final class MetricsFile {
  private MetricsFile() {}

  /**
   * Writes beside it and renames. Not forced to the disk: after a crash figures are old anyway.
   *
   * @throws FailureException when it cannot be written
   */
  static void write(String text, Path file) {
    Path target = file.toAbsolutePath();
    // node_exporter reads what ends in .prom, which this does not.
    Path part =
        target.resolveSibling("." + target.getFileName() + "." + ProcessHandle.current().pid());
    try {
      Files.write(part, text.getBytes(StandardCharsets.UTF_8));
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new FailureException(
          new Failure.HostMisconfigured(
              new Failure.Diagnosis(
                  file.toString(),
                  Stage.FINISH,
                  "the figures could not be written",
                  ReportTarget.words(e),
                  "check the folder, its permissions and its free space")),
          e);
    }
  }
}
