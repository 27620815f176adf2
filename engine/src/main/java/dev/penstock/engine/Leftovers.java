package dev.penstock.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What runs that were killed left beside their outputs. It is known by the work folder that they
 * were told; runs without one leave what nobody finds but people.
 */
public final class Leftovers {
  private static final String UNFINISHED = ".part";

  private Leftovers() {}

  /** Tells runs that share a work folder from others, and those without one from all. */
  static String run(Optional<Path> work) {
    return work.map(folder ->
            "penstock-" + Integer.toHexString(folder.toAbsolutePath().toString().hashCode()))
        .orElseGet(() -> UUID.randomUUID().toString());
  }

  /**
   * Deletes them. No run may be working on it. A target that is there is not touched.
   *
   * @param target file or folder that the runs were to make
   * @param work folder that they were told
   * @return what was deleted
   */
  public static List<Path> remove(Path target, Path work) throws IOException {
    Path file = OutputFile.followed(target.toAbsolutePath());
    Path folder = file.getParent();
    if (folder == null) {
      return List.of();
    }
    String ofFile = OutputFile.partialName(file, run(Optional.of(work)));
    String ofFolder = "." + file.getFileName() + "." + run(Optional.of(work));
    List<Path> left = List.of();
    try (Stream<Path> all = Files.list(folder)) {
      left = all.filter(each -> isOf(each, ofFile) || isOf(each, ofFolder)).toList();
    } catch (NoSuchFileException | NotDirectoryException _) {
      // Nothing was begun there.
    }
    for (Path each : left) {
      OutputFolder.delete(each);
    }
    return left;
  }

  private static boolean isOf(Path path, String begins) {
    String name = String.valueOf(path.getFileName());
    return name.startsWith(begins)
        && name.endsWith(UNFINISHED)
        && name.substring(begins.length()).matches("(-\\d+)?\\.part");
  }
}
