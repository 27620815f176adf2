package dev.penstock.node.around;

import dev.penstock.model.Urgency;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A folder whose files become jobs. */
public final class WatchFolder {
  /**
   * What is done with the files of a folder.
   *
   * @param folder with its subfolders
   * @param patterns globs of file names, such as {@code *.mov}; one is enough
   * @param settle how long a file has to stay as it is before it counts as whole
   * @param job a job file; what it says of input and output does not count
   * @param out the output: {@code {name}}, {@code {stem}} and {@code {date}} in it stand for the
   *     file's name, that without its extension, and the day it was last written (UTC)
   */
  public record Settings(
      Path folder,
      List<String> patterns,
      Duration settle,
      Path job,
      Path out,
      String tenant,
      Urgency jobClass,
      int priority,
      Map<String, String> labels,
      Afterwards afterwards) {
    public static final Duration SETTLE = Duration.ofSeconds(10);

    public Settings {
      patterns = List.copyOf(patterns);
      labels = Map.copyOf(labels);
    }
  }

  private WatchFolder() {}
}
