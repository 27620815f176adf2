package dev.penstock.engine;

import dev.penstock.model.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Checksums of outputs as they were when they were looked at, before they got their names. Belongs
 * to the thread of the run.
 */
final class SeenSums implements Consumer<Path> {
  private static final String UNREADABLE = "";

  private final Plan plan;
  private final Cancellation cancellation;
  private final Map<String, String> sums = new HashMap<>();

  SeenSums(Plan plan, Cancellation cancellation) {
    this.plan = plan;
    this.cancellation = cancellation;
  }

  /** Takes those of a file, or of all in a folder. */
  @Override
  public void accept(Path written) {
    try (Stream<Path> all = Files.walk(written)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        if (!sums.containsKey(path(file))) {
          sums.put(path(file), Checksum.of(file, cancellation).orElse(UNREADABLE));
        }
      }
    } catch (IOException _) {
      sums.put(path(written), UNREADABLE);
    }
  }

  /** In the target: what is written lies in a folder beside it. */
  private String path(Path file) {
    if (plan.isOneFile()) {
      return "";
    }
    int folder = Path.of(plan.target()).toAbsolutePath().normalize().getNameCount();
    Path partial = file.toAbsolutePath().normalize();
    return partial.getNameCount() == folder
        ? ""
        : partial.subpath(folder, partial.getNameCount()).toString();
  }

  /** Whether files are what was looked at; those that nobody looks at are as they are. */
  boolean agree(List<CachedResult.Stored> files) {
    return files.stream()
        .allMatch(file ->
            Optional.ofNullable(sums.get(file.path())).orElse(file.sum()).equals(file.sum()));
  }
}
