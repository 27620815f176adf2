package dev.penstock.cli;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The file of {@code --svg}. */
final class SvgFile {
  private SvgFile() {}

  /**
   * Whether it can be one.
   *
   * @param inputs as they are given
   * @throws UsageException when it cannot
   */
  static void check(Path file, List<String> inputs) {
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null && !Files.isDirectory(folder)) {
      throw new UsageException("--svg", folder + " is not a folder", "create it, or name another");
    }
    if (Files.isDirectory(file)) {
      throw new UsageException("--svg", file + " is a folder", "name a file in it");
    }
    if (inputs.stream().anyMatch(input -> JobOptions.isSame(input, file))) {
      throw new UsageException(
          "--svg", file + " is one of the inputs, which would be lost", "name another");
    }
  }

  /** Writes it; what was there is replaced. */
  static Optional<Complaint> write(String drawing, Path file) {
    try {
      TextFile.write(drawing, file);
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(
          new Complaint(
              ExitCode.HOST,
              file.toString(),
              "the chart could not be written",
              Optional.empty(),
              Optional.ofNullable(
                  e instanceof FileSystemException f ? f.getReason() : e.getMessage()),
              Optional.empty(),
              Optional.of("check the folder's permissions and free space")));
    }
  }
}
