package dev.penstock.cli;

import dev.penstock.model.Progress;
import dev.penstock.node.http.JobDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One line about a running job, cut to what fits. */
final class ProgressLine {
  private static final String GAP = "  ";

  /** The order in which parts give way when the line is too narrow, as indexes of the full line. */
  private static final int[] FIRST_TO_GO = {1, 4, 7, 2, 3, 5};

  private ProgressLine() {}

  /** Everything. */
  static String whole(List<String> all) {
    return all.stream().filter(part -> !part.isEmpty()).collect(Collectors.joining(GAP));
  }

  /** At most {@code columns} wide: drops the less telling parts first. */
  static String fitting(List<String> all, int columns) {
    List<String> parts = new ArrayList<>(all);
    for (int i = 0; i < FIRST_TO_GO.length && width(parts) > columns; i++) {
      if (FIRST_TO_GO[i] < parts.size()) {
        parts.set(FIRST_TO_GO[i], "");
      }
    }
    parts.removeIf(String::isEmpty);
    String line = String.join(GAP, parts);
    return line.length() <= columns ? line : line.substring(0, Math.max(0, columns));
  }

  private static int width(List<String> parts) {
    return parts.stream()
        .filter(part -> !part.isEmpty())
        .mapToInt(part -> part.length() + GAP.length())
        .sum();
  }

  /** What is known of a job here. */
  static List<String> parts(Progress progress) {
    if (progress.waiting().isPresent()) {
      return waiting(howFar(progress), progress.waiting().get());
    }
    return List.of(
        howFar(progress),
        progress.frames() + " frames",
        Amounts.trimmed(progress.framesPerSecond(), 1) + " fps",
        Amounts.decimals(progress.speed(), 2) + "x",
        Amounts.bitRate(Math.round(progress.bitRate())),
        progress.remaining().map(left -> "ETA " + Times.clock(left)).orElse(""),
        "",
        rungs(progress.rungs().stream().map(rung -> rung(rung.name(), rung.done()))));
  }

  /** The same of a daemon's, which knows when it is done as a band. */
  static List<String> parts(JobDetails.Progress progress, Instant now) {
    String howFar =
        progress.phase() == JobDetails.Phase.ENCODING
            ? percent(progress.fraction())
            : progress.phase().name().toLowerCase(Locale.ROOT)
                + (progress.fraction() == 0 ? "" : percent(progress.fraction()));
    if (progress.waiting().isPresent()) {
      return waiting(howFar, progress.waiting().get());
    }
    return List.of(
        howFar,
        progress
            .segments()
            .map(segments -> "segment " + segments.done() + " of " + segments.all())
            .orElse(""),
        progress.framesPerSecond().map(fps -> Amounts.trimmed(fps, 1) + " fps").orElse(""),
        progress.speed().map(speed -> Amounts.decimals(speed, 2) + "x").orElse(""),
        "",
        eta(progress, now).map(eta -> "ETA " + eta).orElse(""),
        "",
        rungs(progress.rungs().stream().map(rung -> rung(rung.name(), rung.fraction()))));
  }

  private static List<String> waiting(String howFar, String waits) {
    return List.of(howFar, "", "", "", "", "", "waits " + Terminal.oneLine(waits), "");
  }

  private static String rung(String name, double done) {
    return Terminal.oneLine(name) + " " + Math.round(100 * done) + "%";
  }

  /** One alone is the job. */
  private static String rungs(Stream<String> each) {
    List<String> all = each.toList();
    return all.size() < 2 ? "" : String.join(", ", all);
  }

  static Optional<String> eta(JobDetails.Progress progress, Instant now) {
    return progress
        .soonest()
        .map(soonest -> {
          String from = left(now, soonest);
          return progress
              .latest()
              .map(latest -> left(now, latest))
              .filter(to -> !to.equals(from))
              .map(to -> from + " to " + to)
              .orElse(from);
        });
  }

  private static String left(Instant now, Instant then) {
    Duration left = Duration.between(now, then);
    return Times.clock(left.isNegative() ? Duration.ZERO : left);
  }

  /** A part of the whole where that is known, otherwise the position. */
  private static String howFar(Progress progress) {
    if (progress.done().isEmpty()) {
      return Times.clock(progress.position());
    }
    return percent(progress.done().getAsDouble());
  }

  private static String percent(double done) {
    String text = Amounts.decimals(Math.clamp(done * 100, 0, 100), 1) + "%";
    return " ".repeat(Math.max(0, 6 - text.length())) + text;
  }
}
