package dev.penstock.cli;

import dev.penstock.model.Progress;
import java.util.ArrayList;
import java.util.List;

/** One line about a running job, cut to what fits. */
final class ProgressLine {
  private static final String GAP = "  ";

  /** The order in which parts give way when the line is too narrow, as indexes of the full line. */
  private static final int[] FIRST_TO_GO = {1, 4, 2, 3, 5};

  private ProgressLine() {}

  /** Everything. */
  static String whole(Progress progress) {
    List<String> parts = parts(progress);
    parts.removeIf(String::isEmpty);
    return String.join(GAP, parts);
  }

  /** At most {@code columns} wide: drops the less telling parts first. */
  static String fitting(Progress progress, int columns) {
    List<String> parts = parts(progress);
    for (int i = 0; i < FIRST_TO_GO.length && width(parts) > columns; i++) {
      parts.set(FIRST_TO_GO[i], "");
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

  private static List<String> parts(Progress progress) {
    if (progress.waiting().isPresent()) {
      String waits = "waits " + Terminal.oneLine(progress.waiting().get());
      return new ArrayList<>(List.of(howFar(progress), "", "", "", "", "", waits));
    }
    List<String> parts = new ArrayList<>(6);
    parts.add(howFar(progress));
    parts.add(progress.frames() + " frames");
    parts.add(Amounts.trimmed(progress.framesPerSecond(), 1) + " fps");
    parts.add(Amounts.decimals(progress.speed(), 2) + "x");
    parts.add(Amounts.bitRate(Math.round(progress.bitRate())));
    parts.add(progress.remaining().map(left -> "ETA " + Times.clock(left)).orElse(""));
    return parts;
  }

  /** A part of the whole where that is known, otherwise the position. */
  private static String howFar(Progress progress) {
    if (progress.done().isEmpty()) {
      return Times.clock(progress.position());
    }
    double percent = Math.clamp(progress.done().getAsDouble() * 100, 0, 100);
    String text = Amounts.decimals(percent, 1) + "%";
    return " ".repeat(Math.max(0, 6 - text.length())) + text;
  }
}
