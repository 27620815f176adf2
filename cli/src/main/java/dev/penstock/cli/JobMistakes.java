package dev.penstock.cli;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Gathers what is wrong with a job file, so that the user is told all of it at once. */
final class JobMistakes {
  private static final String DOCS = "see docs/jobs.md";

  private final String file;
  private final List<Mistake> found = new ArrayList<>();

  private record Mistake(int line, Complaint complaint) {}

  JobMistakes(String file) {
    this.file = file;
  }

  /**
   * @param path of keys, as in {@code ladder.rungs[1].bitrate}; empty for the file itself
   */
  void add(int line, String path, String problem, String next) {
    String place = path.isEmpty() ? "" : ": " + path;
    found.add(new Mistake(line, Complaint.usage(file + ":" + line + place, problem, next)));
  }

  void add(int line, String path, String problem) {
    add(line, path, problem, DOCS);
  }

  /** A key that is not known here. */
  void unknown(int line, String path, String key, List<String> known) {
    String next =
        Spelling.nearest(key, known)
            .map(near -> "did you mean " + near + "? " + DOCS)
            .orElse(
                known.size() > 8 ? DOCS : "known here: " + String.join(", ", known) + "; " + DOCS);
    add(line, path, "no such key", next);
  }

  boolean none() {
    return found.isEmpty();
  }

  /** All, in the order of the lines. */
  JobFileException asException() {
    return new JobFileException(
        found.stream()
            .sorted(Comparator.comparingInt(Mistake::line))
            .map(Mistake::complaint)
            .toList());
  }
}
