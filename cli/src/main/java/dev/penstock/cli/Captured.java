package dev.penstock.cli;

import dev.penstock.hardware.Machine;
import dev.penstock.hardware.MachineFolder;
import dev.penstock.model.Failure;
import dev.penstock.model.FailureException;
import dev.penstock.model.Stage;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** Captured machines that a user names by their folders. */
final class Captured {
  private Captured() {}

  /**
   * Reads one.
   *
   * @throws FailureException when there is none in that folder
   */
  static Machine read(Path folder) {
    try {
      return MachineFolder.read(folder);
    } catch (IOException | IllegalArgumentException e) {
      throw new FailureException(
          new Failure.BadInput(
              new Failure.Diagnosis(
                  folder.toString(),
                  Stage.PROBE,
                  "is no captured machine",
                  cause(e),
                  "give a folder that penstock doctor --capture wrote")),
          e);
    }
  }

  private static String cause(Exception e) {
    return e instanceof FileSystemException file
        ? file.getFile() + ": " + ReportTarget.words(file)
        : String.valueOf(e.getMessage());
  }
}
