package dev.penstock.node.worker;

import java.util.List;
import java.util.Optional;

/** What the JVM writes of its crash. */
final class HsErr {
  private static final String SIGNAL = "#  SIG";
  private static final String FRAME = "# Problematic frame:";

  private HsErr() {}

  /** The signal and where it came up, on one line; empty where the text has none. */
  static Optional<String> summary(String text) {
    List<String> lines = text.lines().toList();
    Optional<String> signal =
        lines.stream().filter(line -> line.startsWith(SIGNAL)).findFirst().map(HsErr::bare);
    int frame = lines.indexOf(FRAME) + 1;
    return frame > 0 && frame < lines.size()
        ? signal.map(words -> words + ", in " + bare(lines.get(frame)))
        : signal;
  }

  private static String bare(String line) {
    return line.substring(1).strip();
  }
}
