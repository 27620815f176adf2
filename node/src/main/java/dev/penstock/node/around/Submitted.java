package dev.penstock.node.around;

import dev.penstock.node.JobId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which files were submitted, longer than the journal remembers their jobs: those that stay in a
 * folder must not come again when their jobs are forgotten. A line lost in a crash is in the
 * journal still. One thread.
 */
final class Submitted {
  private static final int MOST = 1_000_000;
  private static final Pattern LINE = Pattern.compile("\\S+ [0-9A-HJKMNP-TV-Z]{26}");

  private final Path file;
  private final Map<String, JobId> jobs = new HashMap<>();

  private Submitted(Path file) {
    this.file = file;
  }

  static Submitted open(Path file) {
    Submitted opened = new Submitted(file);
    try {
      Files.createDirectories(file.getParent());
      if (Files.exists(file)) {
        opened.read(Files.readAllLines(file));
      }
      return opened;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(List<String> lines) throws IOException {
    for (String line : lines.subList(Math.max(0, lines.size() - MOST), lines.size())) {
      int at = line.indexOf(' ');
      if (LINE.matcher(line).matches()) {
        jobs.put(line.substring(0, at), new JobId(line.substring(at + 1)));
      }
    }
    if (!lines.isEmpty() && !Files.readString(file).endsWith("\n")) {
      Files.writeString(file, "\n", StandardOpenOption.APPEND);
    }
  }

  Optional<JobId> job(String key) {
    return Optional.ofNullable(jobs.get(key));
  }

  void add(String key, JobId job) {
    jobs.put(key, job);
    try {
      Files.writeString(
          file, key + " " + job + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
